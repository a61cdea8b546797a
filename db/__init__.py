"""The ground: records, keys, tables, store, queries. Imports none of the other packages."""

"""Questions to the database: session in, plain values out."""

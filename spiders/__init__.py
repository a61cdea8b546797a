"""Scrapy spiders and their pure parsers."""

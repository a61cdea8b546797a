"""Files are read in a process of their own, which cannot outgrow its limits nor take the crawl down with it."""

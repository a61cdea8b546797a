"""What comes in by file: tables and feeds read into records, matched to known people, never merged silently."""

"""What is wrong with one key or text, whatever the file it stands in."""

"""What becomes of the client when its process is killed anywhere between storing and calling."""

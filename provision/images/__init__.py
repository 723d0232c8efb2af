"""The images of the target ``kind``: written from files where none can be pulled."""

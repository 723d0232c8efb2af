"""The words of this platform's specification, one module for each noun."""

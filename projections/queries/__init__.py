"""What can be asked of the read store: one module per question, frank SQL, documents ready for JSON."""

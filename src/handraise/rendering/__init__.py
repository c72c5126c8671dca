"""What people read: the shared definition as a page. Pure: text in, text out."""

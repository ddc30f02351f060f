// Nothing is kept: this page is a test.

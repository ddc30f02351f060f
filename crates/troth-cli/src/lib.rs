//! The command line: the same client without a browser.

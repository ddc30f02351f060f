//! The web app, rendered on the device.

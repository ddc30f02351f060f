# The pages of whoever runs the server.

"""What a user is offered to do with a notebook: listed cheaply, built when it is chosen."""

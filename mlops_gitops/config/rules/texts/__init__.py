"""Rules about one text: why it has not the form that its schema asks for."""

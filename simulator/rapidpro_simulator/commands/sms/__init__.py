"""`rapidpro-simulator sms`: a text from a phone to a simulation that is served."""

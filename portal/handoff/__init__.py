"""From the assistant to a person: the queue of conversations, officers' presence, tickets out of hours."""

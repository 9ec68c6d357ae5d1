"""Home Assistant: its devices as MQTT messages, and the conversation in which setpoints are wished."""

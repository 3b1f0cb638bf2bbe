"""What is written without a network: kept on the device, sent when there is one, filed once."""

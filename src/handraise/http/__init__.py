"""What every door over HTTP begins with: who calls, the transaction, problems, the envelope."""

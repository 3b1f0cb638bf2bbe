"""What a resident does before there is a case: report, keep the receipt, open it with the code."""

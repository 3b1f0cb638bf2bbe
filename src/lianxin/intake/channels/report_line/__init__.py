"""The report line 举报电话: somebody reports what an office or an official did."""

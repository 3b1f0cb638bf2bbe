"""Open311 (GeoReport v2): other systems file for residents, and read what is public.

Here is what the door alone knows: whose key it was, what was filed with it, how it is written.
What can be asked for at which address is in `lianxin.pages.open311`: it needs categories and cases.
"""

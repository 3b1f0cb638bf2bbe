"""Open311 (GeoReport v2): what other systems ask for here, and at which address.

The specification is wiki.open311.org/GeoReport_v2; with it come `page` and `page_size`, files in a
multipart post, and the updates of mySociety in both directions. See docs/how/open311.md.
"""

"""The WSGI entry: `lianxin.config.wsgi:application`."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.config.settings")
application = get_wsgi_application()

# What is loaded by now stays. Walked through again and again, it makes one page in twenty wait for
# longer than the page itself takes.
gc.collect()
gc.freeze()

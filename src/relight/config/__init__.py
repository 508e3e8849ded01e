"""Where Relight is put together: settings, root urls, rail, subscriptions, wsgi."""

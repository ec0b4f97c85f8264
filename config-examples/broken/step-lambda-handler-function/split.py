def handler(event, context):
    """Give nothing."""
    return {}

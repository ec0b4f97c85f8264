"""Never run here."""


def get_pipeline(region, role):
    raise NotImplementedError

def check(path

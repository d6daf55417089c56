print("lbo")

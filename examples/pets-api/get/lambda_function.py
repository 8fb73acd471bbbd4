SLEEPS_MONTHS = {"glis": 11, "apodemus": 0, "muscardinus": 7}


def lambda_handler(event, context):
    name = event["pathParameters"]["name"]
    if name not in SLEEPS_MONTHS:
        return {"statusCode": 404, "body": "no pet " + name}
    return {"name": name, "sleepsMonths": SLEEPS_MONTHS[name]}

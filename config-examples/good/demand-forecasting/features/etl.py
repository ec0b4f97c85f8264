"""The Glue job: sales of all products become clean rows in S3, and records of the feature group.

It lies in the assets bucket as demand/etl.py. A row is one product in one week after its launch.
"""

import sys

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import functions as f

COLUMNS = ("product", "event_time", "category", "region", "price", "weeks_since_launch", "sold")


def put(group, rows):
    """Put rows of one partition into the feature group."""
    store = boto3.client("sagemaker-featurestore-runtime")
    for row in rows:
        record = [{"FeatureName": name, "ValueAsString": str(row[name])} for name in COLUMNS]
        store.put_record(FeatureGroupName=group, Record=record)


def main():
    """Clean, write, remember how far we came."""
    given = getResolvedOptions(sys.argv, ["JOB_NAME", "source", "target", "feature_group"])
    glue = GlueContext(SparkContext.getOrCreate())
    job = Job(glue)
    job.init(given["JOB_NAME"], given)
    sales = glue.create_dynamic_frame.from_options(
        "s3",
        {"paths": [given["source"]], "recurse": True},
        "csv",
        {"withHeader": True},
        transformation_ctx="sales",
    ).toDF()
    if sales.columns:
        clean = (
            sales.dropDuplicates(["product", "event_time"])
            .where(f.col("sold").cast("int") >= 0)
            .select(*COLUMNS)
        )
        clean.write.mode("append").csv(given["target"])
        clean.foreachPartition(lambda rows: put(given["feature_group"], rows))
    job.commit()


main()

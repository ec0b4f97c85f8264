"""Function steps: JSON in, JSON out, in a training job."""

import io
import zipfile

import pytest
from steps_of_pipelines import (
    FOLDER,
    IMAGE,
    ROLE,
    as_text,
    channel,
    compiled,
    get,
    joined,
    own_output,
    step_of,
    told,
)

CODE = b"def check(path, limit=1, **more):\n    return {}\n"
STEP = {
    "name": "check",
    "type": "function",
    "code": "checks.py:check",
    "arguments": {"path": "s3://acme-mlops-data/churn/"},
    "image_uri": IMAGE,
    "instance_type": "ml.m5.large",
}


def packed(files: dict[str, bytes]) -> bytes:
    """Give a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


def test_a_function_is_a_training_job_that_calls_it() -> None:
    """The step is what SageMaker needs to call the function, and nothing more."""
    definition = compiled(STEP, files={"checks.py": CODE})

    (code,) = {asset.key.rpartition("/")[0] for asset in definition.assets}
    assert definition.steps == (
        {
            "Name": "check",
            "Type": "Training",
            "Arguments": {
                "RoleArn": ROLE,
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "ContainerEntrypoint": [
                        "python3",
                        "/opt/ml/input/data/mlops_code/mlops_gitops_run.py",
                    ],
                    "ContainerArguments": ["--function", "checks.py:check"],
                },
                "HyperParameters": {"path": '"s3://acme-mlops-data/churn/"'},
                "InputDataConfig": [channel("mlops_code", f"s3://acme-mlops-assets/{code}")],
                "OutputDataConfig": {
                    "S3OutputPath": own_output("check"),
                    "CompressionType": "NONE",
                },
                "ResourceConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 30,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            },
        },
    )
    assert sorted(asset.name for asset in definition.assets) == ["checks.py", "mlops_gitops_run.py"]


def test_references_in_arguments_stand_by_themselves() -> None:
    """What is known at run time only is no part of a JSON text, which quotes in it would break."""
    step = step_of(
        {
            **STEP,
            "arguments": {
                "path": {"parameter": "data"},
                "limits": [0, {"parameter": "most"}, {"a/b": {"execution": "PipelineName"}}],
                "limit": {"parameter": "most"},
            },
        },
        files={"checks.py": CODE},
        parameters={"data": "s3://acme-mlops-data/", "most": 5},
    )

    assert step["Arguments"]["HyperParameters"] == {
        "limits": '[0, null, {"a/b": null}]',
        "text:path": get("Parameters.data"),
        "json:limits/1": as_text(get("Parameters.most")),
        "text:limits/2/a~1b": get("Execution.PipelineName"),
        "json:limit": as_text(get("Parameters.most")),
    }


def test_a_result_of_a_function_is_an_argument_of_another() -> None:
    """A whole result comes as data, a part of it as a value; both wait for the first function."""
    other = {**STEP, "name": "again", "arguments": {"path": {"result": {"step": "check"}}}}
    other["arguments"]["limit"] = {"result": {"step": "check", "path": "rows"}}
    step = step_of(STEP, other, files={"checks.py": CODE})

    result = joined(
        get("Steps.check.OutputDataConfig.S3OutputPath"),
        get("Steps.check.TrainingJobName"),
        "output/model/result.json",
    )
    assert step["Arguments"]["HyperParameters"] == {
        "result:path": "mlops_result_0",
        "json:limit": as_text({"Std:JsonGet": {"S3Uri": result, "Path": "rows"}}),
    }
    assert channel("mlops_result_0", result) in step["Arguments"]["InputDataConfig"]


def test_what_has_to_be_done_before_is_told_to_the_program() -> None:
    """Requirements and an initialization script lie beside the code, and are named by paths."""
    files = {"checks.py": CODE, "deps/requirements.txt": b"", "deps/init.sh": b""}
    step = {**STEP, "requirements": "deps/requirements.txt", "init_script": "deps/init.sh"}

    assert step_of(step, files=files)["Arguments"]["AlgorithmSpecification"][
        "ContainerArguments"
    ] == [
        "--init",
        "init.sh",
        "--requirements",
        "requirements.txt",
        "--function",
        "checks.py:check",
    ]


@pytest.mark.parametrize("source", ["code", "code.zip"])
def test_a_folder_and_a_zip_are_the_same_code(source: str) -> None:
    """Paths are relative to either, and the same files are at the same address."""
    folder = {"code/pack/checks.py": CODE, "code/pack/more.py": b"", "code/__pycache__/x.pyc": b""}
    step = {**STEP, "source_dir": source, "code": "pack/checks.py:check"}
    inside = {"pack/checks.py": CODE, "pack/more.py": b"", "pack/__pycache__/x.pyc": b""}
    zipped = {"code.zip": packed(inside)}
    files = zipped if source.endswith(".zip") else folder

    definition = compiled(step, files=files)

    assert sorted(asset.name for asset in definition.assets) == [
        "mlops_gitops_run.py",
        "pack/checks.py",
        "pack/more.py",
    ]
    assert {asset.folder for asset in definition.assets} == {
        asset.folder for asset in compiled({**step, "source_dir": "code"}, files=folder).assets
    }


@pytest.mark.parametrize(
    ("step", "code", "pointer"),
    [
        ({"code": "checks.py:chek"}, "MG320", "/steps/0/code"),
        ({"code": "check.py:check"}, "MG083", "/steps/0/code"),
        ({"arguments": {"limit": 1}}, "MG322", "/steps/0/arguments"),
        ({"source_dir": "."}, None, ""),
        ({"source_dir": ".", "code": "code/checks.py:check"}, "MG323", "/steps/0/code"),
        ({"source_dir": ".", "init_script": "init.sh"}, "MG323", "/steps/0/init_script"),
        ({"source_dir": "checks.py"}, "MG324", "/steps/0/source_dir"),
    ],
)
def test_handler_and_paths_exist(step: dict[str, object], code: str | None, pointer: str) -> None:
    """A function, a file or an argument that is not there is told where it is named."""
    found = told({**STEP, **step}, files={"checks.py": CODE})

    assert found == ([] if code is None else [(code, pointer)])


def test_an_argument_that_a_function_does_not_take_is_told() -> None:
    """A misspelt argument is refused at its place, unless the function takes all there are."""
    strict = b"def check(path, *, limit=1):\n    return {}\n"
    step = {**STEP, "arguments": {"path": "x", "limt": 1}}

    assert told(step, files={"checks.py": strict}) == [("MG322", "/steps/0/arguments/limt")]
    assert told(step, files={"checks.py": CODE}) == []


@pytest.mark.parametrize(
    "code",
    [
        b"from elsewhere import check\n",
        b"import functools\ncheck = functools.partial(print)\n",
        b"class check:\n    pass\n",
        b"try:\n    import x\nexcept ImportError:\n    def check():\n        return {}\n",
        b"@cached\ndef check():\n    return {}\n",
    ],
)
def test_whatever_may_be_a_function_is_taken_for_one(code: bytes) -> None:
    """What is bound in other ways than by a plain `def` is not looked into."""
    step = {**STEP, "arguments": {}} if b"except" in code else STEP
    step = {key: value for key, value in step.items() if value != {}}

    assert told(step, files={"checks.py": code}) == []


def test_code_of_a_newer_python_only_warns() -> None:
    """Whether it is wrong, only the image's Python knows."""
    assert told(STEP, files={"checks.py": b"def check(path:\n"}) == [("MG321", "/steps/0/code")]
    assert compiled(STEP, files={"checks.py": b"def check(path:\n"}).steps


def test_two_files_of_one_name_are_refused() -> None:
    """Beside each other one would take the other's place."""
    files = {"checks.py": CODE, "more/checks.py": b""}

    assert told({**STEP, "requirements": "more/checks.py"}, files=files) == [
        ("MG323", "/steps/0/requirements")
    ]


def test_results_are_of_functions_alone() -> None:
    """A result of a step that gives none is refused where it is asked for."""
    other = {
        "name": "stop",
        "type": "fail",
        "message": {"Std:Join": {"On": "", "Values": [{"result": {"step": "check"}}, "x"]}},
    }
    step = {key: value for key, value in STEP.items() if key != "arguments"}
    script = {**step, "type": "execute_code", "code": "checks.py"}

    assert told(script, other, files={"checks.py": CODE}) == [
        ("MG335", "/steps/1/message/Std:Join/Values/0/result/step")
    ]
    assert told(STEP, other, files={"checks.py": CODE}) == []


def test_an_output_may_be_elsewhere() -> None:
    """The result is then there, too: its address follows from the job's description."""
    step = step_of({**STEP, "output_uri": "s3://acme-mlops-data/r/"}, files={"checks.py": CODE})

    assert step["Arguments"]["OutputDataConfig"] == {
        "S3OutputPath": "s3://acme-mlops-data/r",
        "CompressionType": "NONE",
    }
    assert FOLDER not in str(step)

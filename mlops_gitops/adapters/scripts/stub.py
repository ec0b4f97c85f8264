"""What stands in the place of AWS while a script builds its pipeline.

It takes objects that are put, into whatever bucket, and gives them back; it says that buckets are
there, whose credentials these are, and that the pipeline's role may use the bucket, as that is
known without asking. Every other call is refused, and remembered. Source of the forms of requests
and answers: the API references of Amazon S3, AWS STS and IAM.
"""

import re
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_SCOPE = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z]+)")
_ALLOWED = (
    '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
    "<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults><member>"
    "<EvalActionName>s3:PutObject</EvalActionName><EvalDecision>allowed</EvalDecision>"
    "</member></EvaluationResults></SimulatePrincipalPolicyResult>"
    "</SimulatePrincipalPolicyResponse>"
)
"""Version 3 of the SDK asks whether the role may write to the bucket, and else takes another."""
_MOST = 256 * 1024 * 1024
"""Bytes that a script may upload in all; they are held in memory."""
_S3 = {
    "GET": ("ListBuckets", "ListObjects", "GetObject"),
    "HEAD": ("HeadBucket", "HeadBucket", "HeadObject"),
    "PUT": ("CreateBucket", "CreateBucket", "PutObject"),
    "POST": ("", "", "PutObject"),
    "DELETE": ("", "DeleteBucket", "DeleteObject"),
}
"""Operations by method: on no bucket, on a bucket, on an object."""


@dataclass(slots=True)
class Heard:
    """What was asked by one who builds, by the access key of each.

    Attributes:
        objects: access key -> `s3://` address -> content.
        refused: operations that were refused, such as `sagemaker:DescribeModel`.
        own: folders of S3, without `s3://`, in which nothing is but what was put there.
    """

    own: Collection[str]

    objects: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, who: str, uri: str, content: bytes) -> bool:
        """Remember an object; not if it is too much."""
        with self.lock:
            self.size += len(content)
            if self.size > _MOST:
                self.refused.append(f"s3:PutObject of more than {_MOST:,} bytes")
                return False
            self.objects.setdefault(who, {})[uri] = content
            return True


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: who asks, which service, which region; bucket and key where it is S3."""

    who: str
    region: str
    service: str
    method: str
    bucket: str
    key: str
    query: dict[str, list[str]]
    body: bytes
    target: str

    @property
    def operation(self) -> str:
        """Name what is asked as IAM names it, as far as the request tells."""
        if self.target:
            return f"{self.service}:{self.target.rpartition('.')[2]}"
        action = _ACTION.search(self.body)
        if action is not None:
            return f"{self.service}:{action.group(1).decode()}"
        if self.service != "s3":
            return f"{self.service} ({self.method} /{self.bucket}/{self.key})".replace("//", "/")
        depth = 2 if self.key else int(bool(self.bucket))
        return f"s3:{_S3.get(self.method, ('', '', ''))[depth] or self.method}"

    @property
    def folder(self) -> str:
        """What is listed, without `s3://`."""
        prefix = self.query.get("prefix", [""])[0]
        return f"{self.bucket}/{prefix}" if self.query.keys() & {"list-type", "prefix"} else ""

    @property
    def uri(self) -> str:
        """Address of the object."""
        return f"s3://{self.bucket}/{self.key}"


@contextmanager
def stub(own: Collection[str]) -> Iterator[tuple[str, Heard]]:
    """Answer on loopback; give the address, and what is heard.

    Args:
        own: folders of S3, without `s3://`, that may be listed: they hold what was put there.
    """
    heard = Heard(own=own)

    class Handler(_Handler):
        """One that tells this stub."""

        remembers = heard

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    remembers: Heard
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing on standard error."""

    def do_GET(self) -> None:
        """Give an object that was put, or say what is known."""
        asked = self._asked()
        found = self.remembers.objects.get(asked.who, {}).get(asked.uri)
        if asked.service != "s3" or asked.key:
            self._send(found) if found is not None else self._refuse(asked)
        elif asked.bucket:
            self._list(asked) if asked.folder in self.remembers.own else self._refuse(asked)
        else:
            self._xml("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>")

    def do_HEAD(self) -> None:
        """Say that a bucket is there, and which objects are."""
        asked = self._asked()
        found = self.remembers.objects.get(asked.who, {}).get(asked.uri)
        if asked.service == "s3" and (not asked.key or found is not None):
            self._send(found or b"")
        elif asked.service == "s3":
            self._send(b"", 404)
        else:
            self._refuse(asked)

    def do_PUT(self) -> None:
        """Take an object, or a part of one."""
        asked = self._asked()
        if asked.service != "s3" or self.headers.get("x-amz-copy-source") or not asked.key:
            self._refuse(asked)
        elif "partNumber" in asked.query:
            upload, number = asked.query["uploadId"][0], int(asked.query["partNumber"][0])
            self.remembers.parts.setdefault(upload, {})[number] = asked.body
            self._taken(asked.body)
        elif self.remembers.put(asked.who, asked.uri, asked.body):
            self._taken(asked.body)
        else:
            self._deny("too much")

    def do_POST(self) -> None:
        """Begin or end an object that comes in parts; say whose credentials these are."""
        asked = self._asked()
        if asked.service == "s3" and "uploads" in asked.query:
            self._xml(
                "<InitiateMultipartUploadResult><UploadId>"
                f"{escape(asked.uri)}</UploadId></InitiateMultipartUploadResult>"
            )
        elif asked.service == "s3" and "uploadId" in asked.query:
            parts = self.remembers.parts.pop(asked.query["uploadId"][0], {})
            whole = b"".join(parts[number] for number in sorted(parts))
            self.remembers.put(asked.who, asked.uri, whole)
            self._xml(
                "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
            )
        elif asked.operation == "sts:GetCallerIdentity":
            self._identity(asked)
        elif asked.operation == "iam:SimulatePrincipalPolicy":
            self._xml(_ALLOWED)
        else:
            self._refuse(asked)

    def do_DELETE(self) -> None:
        """Delete nothing."""
        self._refuse(self._asked())

    def do_PATCH(self) -> None:
        """Change nothing."""
        self._refuse(self._asked())

    def _asked(self) -> _Asked:
        parts = urlsplit(self.path)
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        who, region, service = scope.groups() if scope else ("", "", "s3")
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        return _Asked(
            who=who,
            region=region,
            service=service,
            method=self.command,
            bucket=bucket,
            key=key,
            query=parse_qs(parts.query, keep_blank_values=True),
            body=self._body(),
            target=self.headers.get("X-Amz-Target", ""),
        )

    def _body(self) -> bytes:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        length = min(int(self.headers.get("Content-Length") or 0), _MOST)
        body = self.rfile.read(length)
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            return _unchunked(body)
        return body

    def _list(self, asked: _Asked) -> None:
        inside = f"s3://{asked.folder}"
        uris = self.remembers.objects.get(asked.who, {})
        keys = [uri.removeprefix(f"s3://{asked.bucket}/") for uri in uris if uri.startswith(inside)]
        found = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys)
        self._xml(f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")

    def _identity(self, asked: _Asked) -> None:
        account = account_of(asked.who)
        self._xml(
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<GetCallerIdentityResult><Arn>arn:aws:iam::{account}:root</Arn>"
            f"<UserId>{account}</UserId><Account>{account}</Account>"
            "</GetCallerIdentityResult></GetCallerIdentityResponse>"
        )

    def _taken(self, body: bytes) -> None:
        digest = md5(body, usedforsecurity=False).hexdigest()
        self._send(b"", 200, {"ETag": f'"{digest}"'})

    def _refuse(self, asked: _Asked) -> None:
        self.remembers.refused.append(asked.operation)
        self._deny(asked.operation)

    def _deny(self, what: str) -> None:
        """Refuse in a way that no client tries again."""
        message = f"mlops-gitops does not let a script ask AWS for {what}"
        if "json" in self.headers.get("Content-Type", ""):
            body = f'{{"__type": "AccessDeniedException", "message": "{message}"}}'
            self._send(body.encode(), 400, {"x-amzn-ErrorType": "AccessDeniedException"})
        else:
            text = f"<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message></Error>"
            self._send(text.encode(), 403)

    def _xml(self, text: str) -> None:
        self._send(text.encode(), 200, {"Content-Type": "text/xml"})

    def _send(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def access_key(index: int, account: str) -> str:
    """Make the access key of whoever builds for one stage; it tells the stage apart."""
    return f"STAGE{index:03d}X{account}"


def account_of(key: str) -> str:
    """Give the account that an access key stands for."""
    return key.rpartition("X")[2]


def _unchunked(body: bytes) -> bytes:
    """Take the framing of `aws-chunked` away: sizes in hexadecimal, content, trailers."""
    content, rest = [], body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0] or b"0", 16)
        if size == 0:
            break
        content.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(content)

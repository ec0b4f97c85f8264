"""The CodePipeline executor of the embedded AWS.

```
request -> service -> api -> ledger -> machine (pure) -> effects -> worker -> actions -> event
```

`declaration`, `state` and `events` are the nouns, `machine` and `flow` the verb: a state and
an event give a new state and effects. `ledger` lets events happen one at a time and keeps a
file; `worker` runs the effects against boto3 endpoints; `actions/` has one file a provider,
`api/` the operations, `service` the door.

Where it is not like AWS:

- Execution mode PARALLEL, stage conditions, triggers, webhooks, custom actions, job workers
  (PutJobSuccessResult and its like), CodeBuild, stack sets and all other providers are not
  emulated: an operation or a declaration is refused, an action fails, and each says so.
- A Lambda action succeeds when the function returns and fails when it raises. It is invoked
  again if the emulator was restarted meanwhile.
- An artifact is a reference to the version of the source object, not a copy in the artifact
  store, and s3location shows the source. Lambda, Step Functions and OutputFileName make no
  output artifacts.
- Templates over 51,200 bytes for another account go through a bucket of that account.
- Who did something is shown as the root of the account. The words of some errors are ours;
  their codes are those of the service model. `errorDetails.code` is one of FailureType.
- A resolved configuration value over 1,000 characters fails the action; AWS documents that
  limit for the declaration. Variables that are undeclared or have no value are refused when
  an execution is started.
- Outbound transitions are the inbound ones of the next stage; the last stage has none.
- A stage whose stop was requested ends Stopped when its running actions ended well, and
  Failed when one failed. Only a failed or stopped stage can be retried.
- A declaration that is updated cancels what runs, also where nothing differs.
- RollbackStage runs the one stage, with the artifacts and variables of the target.
- One revision override for each source action: a key or a version, not both.
- What crosses accounts is checked as far as trust policies say so, without their conditions;
  permission policies, KMS keys and bucket policies are not evaluated.
"""

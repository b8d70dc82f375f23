// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IFoldedVerifier} from "../../voting/interfaces/IVerifiers.sol";
import {IDataRegistry} from "./IDataRegistry.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IPolicyRegistry} from "./IPolicyRegistry.sol";

/// @title IAuditRegistry
/// @notice Engagements: a model is audited under a policy on data that auditors signed. The model's owner proves its counts shard
/// by shard and one verdict; who stays silent until the deadline is halted.
/// @dev Times are seconds.
/// ```text
/// opened --dataPeriod--> dataBy      no data until then: anyone may `lapse`, nobody is halted
/// data registered --ackPeriod--> start, or sooner by `acknowledge` or the first shards; `object` stops the clock until `resolve`
/// start --auditPeriod--> deadline    no pass or fail until then: anyone may `enforceDeadline`, the model is halted
/// ```
/// An attestation is an engagement's verdict and has its id.
interface IAuditRegistry {
    /// @notice Where an engagement stands.
    enum State {
        Unknown, // no such engagement
        AwaitingData, // opened; auditors have not registered data
        Running, // shards and a verdict are taken, or were and it is insufficient
        Objected, // the owner objects to the data: the timelock decides
        Passed, // attested: pass
        Failed, // attested: fail; the model was halted
        Defaulted, // neither pass nor fail came in time: the model was halted
        Lapsed // over without a verdict, and without a halt
    }

    /// @notice The statement page's verdicts, by their numbers.
    enum Verdict {
        Fail,
        Pass,
        Insufficient
    }

    /// @notice An engagement.
    /// @param modelId the model
    /// @param policyVersion the policy
    /// @param owner the model's owner
    /// @param state where it stands
    /// @param context the circuits' `context`
    /// @param dataBy last second in which data are registered
    /// @param start second at which the audit period begins; 0 before there are data
    /// @param deadline last second in which a verdict is taken; 0 before there are data
    /// @param shards shards verified so far
    /// @param acc accumulator of the verified list
    /// @param point the shard verifier's folded constants
    struct Engagement {
        uint256 modelId;
        uint256 policyVersion;
        address owner;
        State state;
        uint256 context;
        uint40 dataBy;
        uint40 start;
        uint40 deadline;
        uint256 shards;
        uint256 acc;
        uint256[2] point;
    }

    /// @notice A verdict and its proof.
    /// @param verdict 0 fail, 1 pass, 2 insufficient
    /// @param h hash of the words, proven by the circuit
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    /// @param digests all shards' digests, in order
    /// @param counts all shards' C_k
    struct VerdictProof {
        uint256 verdict;
        uint256 h;
        uint256[8] proof;
        uint256[] digests;
        uint256[] counts;
    }

    /// @notice A verdict that was verified.
    /// @param modelId the model
    /// @param policyVersion the policy
    /// @param verdict what was proven
    /// @param dataRoot the data it was proven over
    /// @param issuedAt second of its verification
    /// @param expiry first second in which a pass is no longer good; 0 for the others
    /// @param revokedAt second of its revocation by the timelock, or 0
    struct Attestation {
        uint256 modelId;
        uint256 policyVersion;
        Verdict verdict;
        bytes32 dataRoot;
        uint40 issuedAt;
        uint40 expiry;
        uint40 revokedAt;
    }

    /// @notice An engagement was opened.
    event EngagementOpened(
        uint256 indexed engagementId,
        uint256 indexed modelId,
        uint256 indexed policyVersion,
        address by,
        uint256 context,
        uint40 dataBy
    );

    /// @notice An engagement has its data. Without an acknowledgement or objection the audit period begins at `start`.
    event DataReceived(uint256 indexed engagementId, uint256 rows, uint256 shards, uint40 start);

    /// @notice The owner has the data: the audit period begins now.
    event Acknowledged(uint256 indexed engagementId, uint40 deadline);

    /// @notice The owner objects to the data; the clock stands until the timelock decides.
    event Objected(uint256 indexed engagementId, string reason);

    /// @notice The timelock overruled an objection: the audit period begins now.
    event ObjectionOverruled(uint256 indexed engagementId, uint40 deadline);

    /// @notice An engagement ended without a verdict, and without a halt.
    event EngagementLapsed(uint256 indexed engagementId, address indexed by);

    /// @notice Shards were verified, in order from `first`.
    event ShardsVerified(
        uint256 indexed engagementId, uint256 indexed first, uint256[] digests, uint256[] counts, uint256 acc
    );

    /// @notice The owner begins the list of shards again.
    event ShardsRestarted(uint256 indexed engagementId, uint256 dropped);

    /// @notice A verdict was verified; its attestation has the engagement's id.
    event VerdictAttested(
        uint256 indexed engagementId,
        uint256 indexed modelId,
        uint256 indexed policyVersion,
        Verdict verdict,
        bytes32 dataRoot,
        uint40 issuedAt,
        uint40 expiry
    );

    /// @notice The deadline passed without pass or fail: the model was halted.
    event DeadlineEnforced(uint256 indexed engagementId, uint256 indexed modelId, address indexed by);

    /// @notice The timelock withdrew an attestation.
    event AttestationRevoked(uint256 indexed engagementId, string reason);

    /// @notice No engagement has this id.
    error UnknownEngagement(uint256 engagementId);

    /// @notice The engagement is in another state.
    error WrongState(uint256 engagementId, State state);

    /// @notice Only the model's owner may do this.
    error NotTheOwner(uint256 engagementId, address owner, address sender);

    /// @notice Only the DataRegistry may do this.
    error NotTheDataRegistry(address sender);

    /// @notice It is too late to register data.
    error TooLateForData(uint256 dataBy, uint256 now_);

    /// @notice Data may still be registered.
    error DataStillDue(uint256 dataBy, uint256 now_);

    /// @notice The circuits take 1 to 160 shards.
    error ShardsUnsupported(uint256 shards, uint256 most);

    /// @notice All shards but the last are full, and the last holds at least one record.
    error RowsUnsupported(uint256 rows, uint256 shards);

    /// @notice The audit period has begun: it is too late to acknowledge or to object.
    error ClockRuns(uint256 start, uint256 now_);

    /// @notice The audit period is over.
    error DeadlinePassed(uint256 deadline, uint256 now_);

    /// @notice The audit period is not over.
    error DeadlineNotPassed(uint256 deadline, uint256 now_);

    /// @notice Lists of digests, counts and proofs have different lengths, or are empty.
    error UnequalLists(uint256 digests, uint256 counts, uint256 proofs);

    /// @notice There would be more shards than the data have.
    error TooManyShards(uint256 shards, uint256 expected);

    /// @notice Not all shards are verified yet, or the list sent has another length.
    error WrongNumberOfShards(uint256 shards, uint256 expected);

    /// @notice The list sent is not the one that was verified.
    error WrongList(uint256 acc, uint256 expected);

    /// @notice The digests sent do not give the data root that auditors signed.
    error WrongData(bytes32 dataRoot, bytes32 expected);

    /// @notice The data root is revoked.
    error DataRevoked(uint256 engagementId);

    /// @notice A verdict is 0, 1 or 2.
    error VerdictUnknown(uint256 verdict);

    /// @notice An engagement has one verdict.
    error VerdictAlreadyGiven(uint256 engagementId);

    /// @notice There is no attestation of this id.
    error UnknownAttestation(uint256 attestationId);

    /// @notice The attestation is revoked already.
    error AttestationAlreadyRevoked(uint256 attestationId, uint256 revokedAt);

    /// @notice The part of a bond that a fail costs is 1 to 9,999 of 10,000: silence costs more.
    error FailShareOutOfRange(uint256 basisPoints);

    /// @notice Opens an engagement. For the model's owner and the role AUDIT_OPENER. The model must not be retired, and its bond
    /// not be below the minimum.
    /// @return engagementId ids count from 1
    function openEngagement(uint256 modelId, uint256 policyVersion) external returns (uint256 engagementId);

    /// @notice Takes note of an engagement's data. For the DataRegistry.
    function noteData(uint256 engagementId, uint256 rows, uint256 shards) external;

    /// @notice Says that the data have arrived: the audit period begins. For the model's owner.
    function acknowledge(uint256 engagementId) external;

    /// @notice Says that they have not, or are not what they should be. For the model's owner, before the audit period begins.
    function objectToData(uint256 engagementId, string calldata reason) external;

    /// @notice Decides: `dismiss` ends an open engagement without a verdict; otherwise an objection is overruled and the audit period
    /// begins. For the ADMIN: the timelock.
    function resolve(uint256 engagementId, bool dismiss) external;

    /// @notice Ends an engagement that got no data in time, or whose data were revoked; anyone may.
    function lapse(uint256 engagementId) external;

    /// @notice Verifies the next shards' counts, all in one. For the model's owner.
    /// @param digests digest_k of each shard, from the first one not verified yet
    /// @param counts C_k of each
    /// @param proofs A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y of each
    function submitShards(
        uint256 engagementId,
        uint256[] calldata digests,
        uint256[] calldata counts,
        uint256[8][] calldata proofs
    ) external;

    /// @notice Forgets the verified shards, so that they can be submitted again: for an owner who lost the openings of their counts, or
    /// submitted shards of other data. Before the verdict, and without more time. For the model's owner.
    function restartShards(uint256 engagementId) external;

    /// @notice Verifies a verdict over the whole verified list. A pass is attested until the policy's validity is over; a fail halts
    /// the model and takes a part of its bond; "insufficient" is recorded and does not stop the deadline. For the model's owner.
    function submitVerdict(uint256 engagementId, VerdictProof calldata given) external;

    /// @notice Halts a model that got neither pass nor fail in time, and takes its whole bond; anyone may.
    function enforceDeadline(uint256 engagementId) external;

    /// @notice Withdraws an attestation. For the ADMIN.
    function revokeAttestation(uint256 attestationId, string calldata reason) external;

    /// @notice An engagement; reverts where there is none.
    function engagement(uint256 engagementId) external view returns (Engagement memory);

    /// @notice An attestation; reverts where there is none.
    function attestation(uint256 attestationId) external view returns (Attestation memory);

    /// @notice Whether an attestation is a pass that has not expired, is not revoked, and rests on data that are not.
    function isValid(uint256 attestationId) external view returns (bool);

    /// @notice Whether a model's last pass under a policy is valid and the model is active.
    function validFor(uint256 modelId, uint256 policyVersion) external view returns (bool);

    /// @notice The last pass of a model under a policy, or 0.
    function lastPass(uint256 modelId, uint256 policyVersion) external view returns (uint256 attestationId);

    /// @notice How many engagements of a model under a policy were ever opened.
    function attempts(uint256 modelId, uint256 policyVersion) external view returns (uint256);

    /// @notice The circuits' `context` of an engagement, whether it exists or not.
    function contextOf(uint256 engagementId) external view returns (uint256);

    /// @notice A model's engagements that are not concluded.
    function openEngagements(uint256 modelId) external view returns (uint256);

    /// @notice Number of engagements, which is the last id.
    function engagements() external view returns (uint256);

    /// @notice Part of the bond that a fail costs, of 10,000.
    function failShare() external view returns (uint256);

    /// @notice The models.
    function models() external view returns (IModelRegistry);

    /// @notice The policies.
    function policies() external view returns (IPolicyRegistry);

    /// @notice The data.
    function data() external view returns (IDataRegistry);

    /// @notice The generated verifier of `shard-linear-r205`.
    function shardVerifier() external view returns (IFoldedVerifier);

    /// @notice The generated verifier of `verdict-s160`, the policies' own.
    function verdictVerifier() external view returns (IFoldedVerifier);
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IFoldedVerifier} from "../voting/interfaces/IVerifiers.sol";
import {AuditStatements} from "./AuditStatements.sol";
import {Circuits} from "./Circuits.sol";
import {IAuditRegistry} from "./interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "./interfaces/IDataRegistry.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";

/// @title EngagementStore
/// @notice What the AuditRegistry remembers and how it is read.
abstract contract EngagementStore is AccessManaged, IAuditRegistry {
    /// @dev An engagement and its attestation. The first slot and the second are what every submission reads.
    /// @param owner the model's owner, who never changes
    /// @param state where it stands
    /// @param verdict what was proven, once issuedAt is not 0
    /// @param start begin of the audit period: in the future while the owner may object, 0 without data or after an objection
    /// @param auditPeriod seconds from start to the deadline
    /// @param expected shards of the data
    /// @param acc accumulator of the verified shards, the context before the first
    /// @param count shards verified
    /// @param point the shard verifier's folded constants
    struct Stored {
        address owner;
        State state;
        Verdict verdict;
        uint40 start;
        uint32 auditPeriod;
        uint8 expected;
        uint248 acc;
        uint8 count;
        uint256[2] point;
        uint64 modelId;
        uint32 policyVersion;
        uint40 dataBy;
        uint40 issuedAt;
        uint40 expiry;
        uint40 revokedAt;
    }

    /// @inheritdoc IAuditRegistry
    IModelRegistry public immutable models;

    /// @inheritdoc IAuditRegistry
    IPolicyRegistry public immutable policies;

    /// @inheritdoc IAuditRegistry
    IDataRegistry public immutable data;

    /// @inheritdoc IAuditRegistry
    IFoldedVerifier public immutable shardVerifier;

    /// @inheritdoc IAuditRegistry
    IFoldedVerifier public immutable verdictVerifier;

    /// @inheritdoc IAuditRegistry
    uint256 public immutable failShare;

    /// @inheritdoc IAuditRegistry
    uint256 public engagements;

    /// @inheritdoc IAuditRegistry
    mapping(uint256 modelId => uint256) public openEngagements;

    /// @dev How often a model was engaged under a policy, and its last pass. The opening pays for the slot, not the verdict.
    struct Record {
        uint64 attempts;
        uint64 lastPass;
    }

    mapping(uint256 modelId => mapping(uint256 policyVersion => Record)) internal _records;

    mapping(uint256 engagementId => Stored) internal _stored;

    /// @dev Parameters as in `AuditRegistry`.
    constructor(
        address authority_,
        IModelRegistry models_,
        IPolicyRegistry policies_,
        IDataRegistry data_,
        IFoldedVerifier shardVerifier_,
        uint256 failShare_
    ) AccessManaged(authority_) {
        Circuits.checkContract(address(models_));
        Circuits.checkContract(address(policies_));
        Circuits.checkContract(address(data_));
        Circuits.check(shardVerifier_, "shard-linear-r205");
        // Silence costs the whole bond: a fail must cost less.
        if (failShare_ == 0 || failShare_ >= 10_000) revert FailShareOutOfRange(failShare_);
        (models, policies, data) = (models_, policies_, data_);
        (shardVerifier, verdictVerifier) = (shardVerifier_, policies_.verifier());
        failShare = failShare_;
    }

    /// @inheritdoc IAuditRegistry
    function engagement(uint256 engagementId) external view returns (Engagement memory v) {
        Stored storage e = _known(engagementId);
        (v.modelId, v.policyVersion, v.owner, v.state) = (e.modelId, e.policyVersion, e.owner, e.state);
        (v.context, v.dataBy, v.start) = (contextOf(engagementId), e.dataBy, e.start);
        v.deadline = e.start == 0 ? 0 : _deadline(e);
        (v.shards, v.acc, v.point) = (e.count, e.acc, e.point);
    }

    /// @inheritdoc IAuditRegistry
    function attestation(uint256 attestationId) external view returns (Attestation memory a) {
        Stored storage e = _attested(attestationId);
        (a.modelId, a.policyVersion, a.verdict) = (e.modelId, e.policyVersion, e.verdict);
        a.dataRoot = data.data(attestationId).dataRoot;
        (a.issuedAt, a.expiry, a.revokedAt) = (e.issuedAt, e.expiry, e.revokedAt);
    }

    /// @inheritdoc IAuditRegistry
    function isValid(uint256 attestationId) public view returns (bool) {
        Stored storage e = _stored[attestationId];
        return
            e.state == State.Passed && block.timestamp < e.expiry && e.revokedAt == 0 && !data.isRevoked(attestationId);
    }

    /// @inheritdoc IAuditRegistry
    function validFor(uint256 modelId, uint256 policyVersion) external view returns (bool) {
        return isValid(_records[modelId][policyVersion].lastPass) && models.isActive(modelId);
    }

    /// @inheritdoc IAuditRegistry
    function lastPass(uint256 modelId, uint256 policyVersion) external view returns (uint256) {
        return _records[modelId][policyVersion].lastPass;
    }

    /// @inheritdoc IAuditRegistry
    function attempts(uint256 modelId, uint256 policyVersion) external view returns (uint256) {
        return _records[modelId][policyVersion].attempts;
    }

    /// @inheritdoc IAuditRegistry
    function contextOf(uint256 engagementId) public view returns (uint256) {
        return AuditStatements.context(address(this), engagementId);
    }

    function _deadline(Stored storage e) internal view returns (uint40) {
        return e.start + e.auditPeriod;
    }

    function _known(uint256 engagementId) internal view returns (Stored storage e) {
        e = _stored[engagementId];
        if (e.state == State.Unknown) revert UnknownEngagement(engagementId);
    }

    function _inState(uint256 engagementId, State state) internal view returns (Stored storage e) {
        e = _known(engagementId);
        if (e.state != state) revert WrongState(engagementId, e.state);
    }

    function _owned(uint256 engagementId, State state) internal view returns (Stored storage e) {
        e = _inState(engagementId, state);
        if (msg.sender != e.owner) revert NotTheOwner(engagementId, e.owner, msg.sender);
    }

    function _attested(uint256 attestationId) internal view returns (Stored storage e) {
        e = _stored[attestationId];
        if (e.issuedAt == 0) revert UnknownAttestation(attestationId);
    }

    /// @dev Not concluded.
    function _isOpen(State state) internal pure returns (bool) {
        return state == State.AwaitingData || state == State.Running || state == State.Objected;
    }
}

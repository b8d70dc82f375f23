// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FoldedBatch} from "../voting/FoldedBatch.sol";
import {IFoldedVerifier} from "../voting/interfaces/IVerifiers.sol";
import {AuditStatements} from "./AuditStatements.sol";
import {EngagementStore} from "./EngagementStore.sol";
import {IAuditRegistry} from "./interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "./interfaces/IDataRegistry.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";

/// @title AuditRegistry
/// @notice Engagements, their proofs and their attestations.
/// @dev Reentrancy: the only calls that are not static go to the ModelRegistry, after everything here is written. What a proof is about
/// comes from here: the caller sends commitments and proofs, and every word but those is formed by this contract.
contract AuditRegistry is EngagementStore {
    using FoldedBatch for FoldedBatch.Batch;

    /// @dev A whole bond, in parts of 10,000.
    uint256 private constant WHOLE = 10_000;

    /// @param authority_ the AccessManager that says who may open engagements of others, resolve and revoke
    /// @param models_ ModelRegistry, which must name this contract
    /// @param policies_ PolicyRegistry, whose verifier verifies verdicts
    /// @param data_ DataRegistry, which must name this contract
    /// @param shardVerifier_ generated verifier of `shard-linear-r205`
    /// @param failShare_ part of the bond that a fail costs, of 10,000
    constructor(
        address authority_,
        IModelRegistry models_,
        IPolicyRegistry policies_,
        IDataRegistry data_,
        IFoldedVerifier shardVerifier_,
        uint256 failShare_
    ) EngagementStore(authority_, models_, policies_, data_, shardVerifier_, failShare_) {}

    /// @inheritdoc IAuditRegistry
    function openEngagement(uint256 modelId, uint256 policyVersion) external returns (uint256 engagementId) {
        IModelRegistry.Model memory m = models.model(modelId);
        if (msg.sender != m.owner) _checkCanCall(_msgSender(), _msgData());
        if (m.retired) revert IModelRegistry.ModelIsRetired(modelId);
        uint256 least = models.minimumBond();
        if (m.bond < least) revert IModelRegistry.BondTooSmall(m.bond, least);
        IPolicyRegistry.Policy memory p = policies.policy(policyVersion);

        engagementId = ++engagements;
        ++openEngagements[modelId];
        ++_records[modelId][policyVersion].attempts;
        Stored storage e = _stored[engagementId];
        (e.owner, e.state, e.auditPeriod) = (m.owner, State.AwaitingData, p.auditPeriod);
        (e.modelId, e.policyVersion) = (SafeCast.toUint64(modelId), SafeCast.toUint32(policyVersion));
        e.dataBy = SafeCast.toUint40(block.timestamp + p.dataPeriod);
        uint256 context = AuditStatements.context(address(this), engagementId);
        e.acc = uint248(context);
        emit EngagementOpened(engagementId, modelId, policyVersion, msg.sender, context, e.dataBy);
        uint256[] memory constants = new uint256[](2);
        (constants[0], constants[1]) = (context, m.commitment);
        e.point = shardVerifier.foldConstants(constants);
    }

    /// @inheritdoc IAuditRegistry
    function noteData(uint256 engagementId, uint256 rows, uint256 shards) external {
        if (msg.sender != address(data)) revert NotTheDataRegistry(msg.sender);
        Stored storage e = _inState(engagementId, State.AwaitingData);
        if (block.timestamp > e.dataBy) revert TooLateForData(e.dataBy, block.timestamp);
        if (shards == 0 || shards > AuditStatements.MOST_SHARDS) {
            revert ShardsUnsupported(shards, AuditStatements.MOST_SHARDS);
        }
        uint256 full = AuditStatements.SHARD_ROWS;
        if (rows <= (shards - 1) * full || rows > shards * full) revert RowsUnsupported(rows, shards);
        (e.state, e.expected) = (State.Running, uint8(shards));
        e.start = SafeCast.toUint40(block.timestamp + policies.policy(e.policyVersion).ackPeriod);
        emit DataReceived(engagementId, rows, shards, e.start);
    }

    /// @inheritdoc IAuditRegistry
    function acknowledge(uint256 engagementId) external {
        Stored storage e = _owned(engagementId, State.Running);
        if (block.timestamp >= e.start) revert ClockRuns(e.start, block.timestamp);
        _acknowledge(engagementId, e);
    }

    /// @inheritdoc IAuditRegistry
    function objectToData(uint256 engagementId, string calldata reason) external {
        Stored storage e = _owned(engagementId, State.Running);
        if (block.timestamp >= e.start) revert ClockRuns(e.start, block.timestamp);
        (e.state, e.start) = (State.Objected, 0);
        emit Objected(engagementId, reason);
    }

    /// @inheritdoc IAuditRegistry
    function resolve(uint256 engagementId, bool dismiss) external restricted {
        if (dismiss) {
            Stored storage open = _known(engagementId);
            if (!_isOpen(open.state)) revert WrongState(engagementId, open.state);
            return _lapse(engagementId, open);
        }
        Stored storage e = _inState(engagementId, State.Objected);
        (e.state, e.start) = (State.Running, SafeCast.toUint40(block.timestamp));
        emit ObjectionOverruled(engagementId, _deadline(e));
    }

    /// @inheritdoc IAuditRegistry
    function lapse(uint256 engagementId) external {
        Stored storage e = _known(engagementId);
        if (e.state == State.AwaitingData) {
            if (block.timestamp <= e.dataBy) revert DataStillDue(e.dataBy, block.timestamp);
        } else if (!_isOpen(e.state) || !data.isRevoked(engagementId)) {
            revert WrongState(engagementId, e.state);
        }
        _lapse(engagementId, e);
    }

    /// @inheritdoc IAuditRegistry
    /// @dev Revocation and the model's status are asked at the verdict; shards alone attest nothing.
    function submitShards(
        uint256 engagementId,
        uint256[] calldata digests,
        uint256[] calldata counts,
        uint256[8][] calldata proofs
    ) external {
        Stored storage e = _owned(engagementId, State.Running);
        _checkTime(engagementId, e);
        uint256 n = digests.length;
        if (n == 0 || counts.length != n || proofs.length != n) revert UnequalLists(n, counts.length, proofs.length);
        uint256 first = e.count;
        if (first + n > e.expected) revert TooManyShards(first + n, e.expected);
        FoldedBatch.Batch memory batch = FoldedBatch.begin(e.point, n);
        for (uint256 i = 0; i < n; ++i) {
            batch.push(proofs[i], digests[i], first + i, counts[i]);
        }
        batch.verify(shardVerifier);
        uint256 acc = AuditStatements.extend(e.acc, digests, counts);
        (e.acc, e.count) = (uint248(acc), uint8(first + n));
        emit ShardsVerified(engagementId, first, digests, counts, acc);
    }

    /// @inheritdoc IAuditRegistry
    function restartShards(uint256 engagementId) external {
        Stored storage e = _owned(engagementId, State.Running);
        if (e.issuedAt != 0) revert VerdictAlreadyGiven(engagementId);
        emit ShardsRestarted(engagementId, e.count);
        (e.acc, e.count) = (uint248(contextOf(engagementId)), 0);
    }

    /// @inheritdoc IAuditRegistry
    function submitVerdict(uint256 engagementId, VerdictProof calldata given) external {
        Stored storage e = _owned(engagementId, State.Running);
        if (e.issuedAt != 0) revert VerdictAlreadyGiven(engagementId);
        _checkTime(engagementId, e);
        if (given.verdict > uint256(Verdict.Insufficient)) revert VerdictUnknown(given.verdict);
        _checkList(engagementId, e, given);
        (uint256[2] memory point, uint256 schemaHash, uint256 validity) = policies.verdictTerms(e.policyVersion);
        IDataRegistry.Data memory d = _checkData(engagementId, schemaHash, given.digests);
        uint256[] memory words = AuditStatements.verdictWords(
            contextOf(engagementId), models.commitmentOf(e.modelId), d.rows, given.verdict, given.counts
        );
        uint256[3] memory inputs = AuditStatements.verdictInputs(given.h, words, given.counts.length);
        verdictVerifier.verifyFolded(point, given.proof, inputs);
        _attest(engagementId, e, Verdict(given.verdict), d.dataRoot, validity);
    }

    /// @inheritdoc IAuditRegistry
    function enforceDeadline(uint256 engagementId) external {
        Stored storage e = _inState(engagementId, State.Running);
        uint256 deadline = _deadline(e);
        if (block.timestamp <= deadline) revert DeadlineNotPassed(deadline, block.timestamp);
        if (data.isRevoked(engagementId)) revert DataRevoked(engagementId);
        e.state = State.Defaulted;
        --openEngagements[e.modelId];
        emit DeadlineEnforced(engagementId, e.modelId, msg.sender);
        models.haltAndSlash(e.modelId, WHOLE, "audit: neither pass nor fail by the deadline");
    }

    /// @inheritdoc IAuditRegistry
    function revokeAttestation(uint256 attestationId, string calldata reason) external restricted {
        Stored storage e = _attested(attestationId);
        if (e.revokedAt != 0) revert AttestationAlreadyRevoked(attestationId, e.revokedAt);
        e.revokedAt = SafeCast.toUint40(block.timestamp);
        emit AttestationRevoked(attestationId, reason);
    }

    /// @dev Not over; who submits something has the data.
    function _checkTime(uint256 engagementId, Stored storage e) private {
        if (block.timestamp < e.start) _acknowledge(engagementId, e);
        uint256 deadline = _deadline(e);
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    function _acknowledge(uint256 engagementId, Stored storage e) private {
        e.start = SafeCast.toUint40(block.timestamp);
        emit Acknowledged(engagementId, _deadline(e));
    }

    function _lapse(uint256 engagementId, Stored storage e) private {
        e.state = State.Lapsed;
        --openEngagements[e.modelId];
        emit EngagementLapsed(engagementId, msg.sender);
    }

    /// @dev Writes a verified verdict down and does what follows from it.
    function _attest(uint256 engagementId, Stored storage e, Verdict verdict, bytes32 dataRoot, uint256 validity)
        private
    {
        uint256 modelId = e.modelId;
        (e.verdict, e.issuedAt) = (verdict, SafeCast.toUint40(block.timestamp));
        if (verdict == Verdict.Pass) {
            (e.state, e.expiry) = (State.Passed, SafeCast.toUint40(block.timestamp + validity));
            _records[modelId][e.policyVersion].lastPass = uint64(engagementId);
        } else if (verdict == Verdict.Fail) {
            e.state = State.Failed;
        }
        if (verdict != Verdict.Insufficient) --openEngagements[modelId];
        emit VerdictAttested(engagementId, modelId, e.policyVersion, verdict, dataRoot, e.issuedAt, e.expiry);
        if (verdict == Verdict.Fail) models.haltAndSlash(modelId, failShare, "audit: the verdict is fail");
    }

    /// @dev The whole list that was verified, and no other. Its words are below r: the shards' verifier has seen them.
    function _checkList(uint256 engagementId, Stored storage e, VerdictProof calldata given) private view {
        uint256 n = e.expected;
        if (e.count != n) revert WrongNumberOfShards(e.count, n);
        if (given.digests.length != n) revert WrongNumberOfShards(given.digests.length, n);
        if (given.counts.length != n) revert WrongNumberOfShards(given.counts.length, n);
        uint256 acc = AuditStatements.extend(contextOf(engagementId), given.digests, given.counts);
        if (acc != e.acc) revert WrongList(acc, e.acc);
    }

    /// @dev The list is over the data that auditors signed, and those are not revoked.
    function _checkData(uint256 engagementId, uint256 schemaHash, uint256[] calldata digests)
        private
        view
        returns (IDataRegistry.Data memory d)
    {
        d = data.data(engagementId);
        if (d.revokedAt != 0) revert DataRevoked(engagementId);
        bytes32 root = AuditStatements.dataRoot(schemaHash, d.rows, digests);
        if (root != d.dataRoot) revert WrongData(root, d.dataRoot);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BabyJubjub} from "../voting/BabyJubjub.sol";
import {IAuditRegistry} from "./interfaces/IAuditRegistry.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";

/// @title ModelRegistry
/// @notice Models by their commitments, each with an owner, a bond and a status.
/// @dev Ether leaves in two functions, each after everything it changes is written.
contract ModelRegistry is AccessManaged, IModelRegistry {
    uint256 private constant BASIS = 10_000;

    /// @inheritdoc IModelRegistry
    address public immutable treasury;

    /// @inheritdoc IModelRegistry
    address public audits;

    /// @inheritdoc IModelRegistry
    uint256 public minimumBond;

    /// @inheritdoc IModelRegistry
    uint256 public slashed;

    /// @inheritdoc IModelRegistry
    uint256 public models;

    /// @inheritdoc IModelRegistry
    mapping(uint256 commitment => uint256 modelId) public modelOf;

    mapping(uint256 modelId => Model) private _models;

    /// @param authority_ the AccessManager that says who may flag, halt and restore
    /// @param treasury_ where slashed bonds go: the timelock
    /// @param minimumBond_ least bond, in wei
    constructor(address authority_, address treasury_, uint256 minimumBond_) AccessManaged(authority_) {
        if (treasury_ == address(0)) revert TreasuryZero();
        treasury = treasury_;
        minimumBond = minimumBond_;
        emit MinimumBondSet(minimumBond_);
    }

    /// @inheritdoc IModelRegistry
    function register(uint256 commitment, uint256 lineage, string calldata uri)
        external
        payable
        returns (uint256 modelId)
    {
        if (commitment == 0 || commitment >= BabyJubjub.R) revert CommitmentOutOfRange(commitment);
        if (modelOf[commitment] != 0) revert CommitmentTaken(commitment, modelOf[commitment]);
        if (msg.value < minimumBond) revert BondTooSmall(msg.value, minimumBond);
        if (lineage != 0) _owned(lineage);
        modelId = ++models;
        modelOf[commitment] = modelId;
        Model storage m = _models[modelId];
        m.commitment = commitment;
        (m.owner, m.status) = (msg.sender, Status.Active);
        m.registeredAt = SafeCast.toUint40(block.timestamp);
        m.lineage = SafeCast.toUint64(lineage);
        m.bond = SafeCast.toUint128(msg.value);
        emit ModelRegistered(modelId, commitment, msg.sender, lineage, msg.value, uri);
    }

    /// @inheritdoc IModelRegistry
    function addBond(uint256 modelId) external payable {
        Model storage m = _known(modelId);
        m.bond += SafeCast.toUint128(msg.value);
        emit BondAdded(modelId, msg.sender, msg.value);
    }

    /// @inheritdoc IModelRegistry
    function flag(uint256 modelId, string calldata reason) external restricted {
        _worsen(modelId, Status.Flagged, reason);
    }

    /// @inheritdoc IModelRegistry
    function halt(uint256 modelId, string calldata reason) external restricted {
        _worsen(modelId, Status.Halted, reason);
    }

    /// @inheritdoc IModelRegistry
    function restore(uint256 modelId, string calldata reason) external restricted {
        Model storage m = _known(modelId);
        if (m.retired) revert ModelIsRetired(modelId);
        if (m.status == Status.Active) revert AlreadyActive(modelId);
        _setStatus(modelId, m, Status.Active, reason);
    }

    /// @inheritdoc IModelRegistry
    function haltAndSlash(uint256 modelId, uint256 basisPoints, string calldata reason) external {
        if (msg.sender != audits) revert NotTheAuditRegistry(msg.sender);
        Model storage m = _known(modelId);
        if (m.status != Status.Halted) _setStatus(modelId, m, Status.Halted, reason);
        // At most the bond: the AuditRegistry's parts are at most the whole.
        uint256 amount = uint256(m.bond) * basisPoints / BASIS;
        m.bond -= SafeCast.toUint128(amount);
        slashed += amount;
        emit BondSlashed(modelId, amount);
    }

    /// @inheritdoc IModelRegistry
    function retire(uint256 modelId) external {
        Model storage m = _owned(modelId);
        if (m.retired) revert ModelIsRetired(modelId);
        m.retired = true;
        emit ModelRetired(modelId);
    }

    /// @inheritdoc IModelRegistry
    /// @dev A retired model gets no new engagement, so what is open now is all that can still cost it something.
    function withdrawBond(uint256 modelId, address payable to) external {
        Model storage m = _owned(modelId);
        if (!m.retired) revert ModelNotRetired(modelId);
        uint256 open = audits == address(0) ? 0 : IAuditRegistry(audits).openEngagements(modelId);
        if (open != 0) revert EngagementsOpen(modelId, open);
        uint256 amount = m.bond;
        if (amount == 0) revert NothingToPay();
        m.bond = 0;
        emit BondWithdrawn(modelId, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc IModelRegistry
    function collectSlashed() external {
        uint256 amount = slashed;
        if (amount == 0) revert NothingToPay();
        slashed = 0;
        emit SlashedCollected(treasury, amount);
        _pay(treasury, amount);
    }

    /// @inheritdoc IModelRegistry
    function setMinimumBond(uint256 amount) external restricted {
        minimumBond = amount;
        emit MinimumBondSet(amount);
    }

    /// @inheritdoc IModelRegistry
    function setAuditRegistry(address audits_) external restricted {
        if (audits != address(0)) revert AuditRegistryAlreadySet(audits);
        if (audits_.code.length == 0) revert NotAContract(audits_);
        audits = audits_;
        emit AuditRegistrySet(audits_);
    }

    /// @inheritdoc IModelRegistry
    function model(uint256 modelId) external view returns (Model memory) {
        return _known(modelId);
    }

    /// @inheritdoc IModelRegistry
    function commitmentOf(uint256 modelId) external view returns (uint256) {
        return _models[modelId].commitment;
    }

    /// @inheritdoc IModelRegistry
    function status(uint256 modelId) external view returns (Status) {
        return _models[modelId].status;
    }

    /// @inheritdoc IModelRegistry
    function isActive(uint256 modelId) external view returns (bool) {
        Model storage m = _models[modelId];
        return m.status == Status.Active && !m.retired;
    }

    /// @dev The guardian's only power: from good to worse.
    function _worsen(uint256 modelId, Status to, string calldata reason) private {
        Model storage m = _known(modelId);
        if (to <= m.status) revert StatusNotWorse(modelId, m.status, to);
        _setStatus(modelId, m, to, reason);
    }

    function _setStatus(uint256 modelId, Model storage m, Status to, string calldata reason) private {
        Status from = m.status;
        m.status = to;
        emit StatusChanged(modelId, from, to, msg.sender, reason);
    }

    function _pay(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert PaymentFailed(to, amount);
    }

    function _known(uint256 modelId) private view returns (Model storage m) {
        m = _models[modelId];
        if (m.status == Status.Unknown) revert UnknownModel(modelId);
    }

    function _owned(uint256 modelId) private view returns (Model storage m) {
        m = _known(modelId);
        if (msg.sender != m.owner) revert NotTheOwner(modelId, m.owner, msg.sender);
    }
}

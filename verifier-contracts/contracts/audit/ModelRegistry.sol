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

    /// @dev A model as it is stored: what a halt reads and writes is one slot, the third.
    struct Stored {
        uint256 commitment;
        address owner;
        uint64 lineage;
        // What does not fit the owner's slot begins another: the order of these four is what puts status and bond into one.
        uint40 registeredAt;
        uint128 bond;
        Status status;
        bool retired;
    }

    /// @inheritdoc IModelRegistry
    address public immutable treasury;

    /// @inheritdoc IModelRegistry
    address public audits;

    /// @dev In the slot of the address that alone adds to it, so that no slash pays for a slot of its own. `_checkEther` keeps all that
    /// can ever be slashed within it.
    uint96 private _slashed;

    /// @inheritdoc IModelRegistry
    uint256 public minimumBond;

    /// @inheritdoc IModelRegistry
    uint256 public models;

    /// @inheritdoc IModelRegistry
    mapping(uint256 commitment => uint256 modelId) public modelOf;

    mapping(uint256 modelId => Stored) private _models;

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
        _checkEther();
        if (lineage != 0) _owned(lineage);
        modelId = ++models;
        modelOf[commitment] = modelId;
        Stored storage m = _models[modelId];
        m.commitment = commitment;
        (m.owner, m.status) = (msg.sender, Status.Active);
        m.registeredAt = SafeCast.toUint40(block.timestamp);
        m.lineage = SafeCast.toUint64(lineage);
        m.bond = SafeCast.toUint128(msg.value);
        emit ModelRegistered(modelId, commitment, msg.sender, lineage, msg.value, uri);
    }

    /// @inheritdoc IModelRegistry
    function addBond(uint256 modelId) external payable {
        _checkEther();
        Stored storage m = _known(modelId);
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
        Stored storage m = _known(modelId);
        if (m.retired) revert ModelIsRetired(modelId);
        if (m.status == Status.Active) revert AlreadyActive(modelId);
        _setStatus(modelId, m, Status.Active, reason);
    }

    /// @inheritdoc IModelRegistry
    function haltAndSlash(uint256 modelId, uint256 basisPoints, string calldata reason) external {
        if (msg.sender != audits) revert NotTheAuditRegistry(msg.sender);
        Stored storage m = _known(modelId);
        if (m.status != Status.Halted) _setStatus(modelId, m, Status.Halted, reason);
        // At most the bond: the AuditRegistry's parts are at most the whole.
        uint256 amount = uint256(m.bond) * basisPoints / BASIS;
        m.bond -= SafeCast.toUint128(amount);
        _slashed += SafeCast.toUint96(amount);
        emit BondSlashed(modelId, amount);
    }

    /// @inheritdoc IModelRegistry
    function retire(uint256 modelId) external {
        Stored storage m = _owned(modelId);
        if (m.retired) revert ModelIsRetired(modelId);
        m.retired = true;
        emit ModelRetired(modelId);
    }

    /// @inheritdoc IModelRegistry
    /// @dev A retired model gets no new engagement, so what is open now is all that can still cost it something.
    function withdrawBond(uint256 modelId, address payable to) external {
        Stored storage m = _owned(modelId);
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
        uint256 amount = _slashed;
        if (amount == 0) revert NothingToPay();
        _slashed = 0;
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
        Stored storage m = _known(modelId);
        return Model(m.commitment, m.owner, m.status, m.retired, m.registeredAt, m.lineage, m.bond);
    }

    /// @inheritdoc IModelRegistry
    function slashed() external view returns (uint256) {
        return _slashed;
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
        Stored storage m = _models[modelId];
        return m.status == Status.Active && !m.retired;
    }

    /// @dev The guardian's only power: from good to worse.
    function _worsen(uint256 modelId, Status to, string calldata reason) private {
        Stored storage m = _known(modelId);
        if (to <= m.status) revert StatusNotWorse(modelId, m.status, to);
        _setStatus(modelId, m, to, reason);
    }

    function _setStatus(uint256 modelId, Stored storage m, Status to, string calldata reason) private {
        Status from = m.status;
        m.status = to;
        emit StatusChanged(modelId, from, to, msg.sender, reason);
    }

    /// @dev Bonds and what is slashed grow by deposits alone: while each leaves at most this here, no halt can fail for a bond's size.
    function _checkEther() private view {
        uint256 here = address(this).balance;
        if (here > type(uint96).max) revert SafeCast.SafeCastOverflowedUintDowncast(96, here);
    }

    function _pay(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert PaymentFailed(to, amount);
    }

    function _known(uint256 modelId) private view returns (Stored storage m) {
        m = _models[modelId];
        if (m.status == Status.Unknown) revert UnknownModel(modelId);
    }

    function _owned(uint256 modelId) private view returns (Stored storage m) {
        m = _known(modelId);
        if (msg.sender != m.owner) revert NotTheOwner(modelId, m.owner, msg.sender);
    }
}

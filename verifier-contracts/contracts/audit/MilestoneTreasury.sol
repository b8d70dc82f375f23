// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAuditRegistry} from "./interfaces/IAuditRegistry.sol";
import {IMilestoneTreasury} from "./interfaces/IMilestoneTreasury.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";

/// @title MilestoneTreasury
/// @notice Money that is paid when a model passes.
/// @dev Each milestone has an account of its own, so none is paid with another's money. State changes before money moves, and all
/// functions that move it share a guard.
contract MilestoneTreasury is AccessManaged, ReentrancyGuard, IMilestoneTreasury {
    using SafeERC20 for IERC20;

    /// @inheritdoc IMilestoneTreasury
    address public immutable treasury;

    /// @inheritdoc IMilestoneTreasury
    IAuditRegistry public immutable audits;

    /// @inheritdoc IMilestoneTreasury
    IModelRegistry public immutable models;

    /// @inheritdoc IMilestoneTreasury
    uint256 public milestones;

    mapping(uint256 milestoneId => Milestone) private _milestones;

    /// @param authority_ the AccessManager that says who may create milestones
    /// @param treasury_ where money goes back to: the timelock
    /// @param audits_ AuditRegistry
    constructor(address authority_, address treasury_, IAuditRegistry audits_) AccessManaged(authority_) {
        if (address(audits_).code.length == 0) revert NotAContract(address(audits_));
        if (treasury_ == address(0)) revert TreasuryZero();
        (treasury, audits, models) = (treasury_, audits_, audits_.models());
    }

    /// @inheritdoc IMilestoneTreasury
    function create(
        uint256 modelId,
        uint256 policyVersion,
        address beneficiary,
        address token,
        uint256 amount,
        uint40 deadline
    ) external payable restricted returns (uint256 milestoneId) {
        // Both revert where there is none.
        models.model(modelId);
        audits.policies().policy(policyVersion);
        if (beneficiary == address(0) || amount == 0) revert NothingToPay();
        if (deadline <= block.timestamp) revert DeadlineInPast(deadline, block.timestamp);
        if (token != address(0) && token.code.length == 0) revert NotAContract(token);
        if (token != address(0) && msg.value != 0) revert WrongEther(msg.value, 0);
        milestoneId = ++milestones;
        Milestone storage m = _milestones[milestoneId];
        (m.modelId, m.policyVersion) = (SafeCast.toUint64(modelId), SafeCast.toUint32(policyVersion));
        (m.beneficiary, m.state, m.token, m.amount) = (beneficiary, State.Open, token, amount);
        (m.createdAt, m.deadline) = (SafeCast.toUint40(block.timestamp), deadline);
        emit MilestoneCreated(milestoneId, modelId, policyVersion, beneficiary, token, amount, deadline);
        if (msg.value != 0) _credit(milestoneId, m, msg.value);
    }

    /// @inheritdoc IMilestoneTreasury
    function fund(uint256 milestoneId, uint256 amount) external payable nonReentrant {
        Milestone storage m = _open(milestoneId);
        if (amount == 0) revert NothingToPay();
        uint256 ether_ = m.token == address(0) ? amount : 0;
        if (msg.value != ether_) revert WrongEther(msg.value, ether_);
        _credit(milestoneId, m, ether_ == 0 ? _pull(IERC20(m.token), amount) : amount);
    }

    /// @inheritdoc IMilestoneTreasury
    function release(uint256 milestoneId, uint256 attestationId) external nonReentrant {
        Milestone storage m = _open(milestoneId);
        if (block.timestamp > m.deadline) revert MilestoneExpired(m.deadline, block.timestamp);
        if (m.funded != m.amount) revert NotFunded(m.funded, m.amount);
        if (!models.isActive(m.modelId)) revert ModelNotActive(m.modelId, models.status(m.modelId));
        IAuditRegistry.Attestation memory a = audits.attestation(attestationId);
        if (a.modelId != m.modelId || a.policyVersion != m.policyVersion) {
            revert WrongAttestation(attestationId, a.modelId, a.policyVersion);
        }
        if (a.issuedAt <= m.createdAt) revert AttestationTooOld(attestationId, a.issuedAt, m.createdAt);
        if (!audits.isValid(attestationId)) revert AttestationNotValid(attestationId);
        m.state = State.Released;
        emit MilestoneReleased(milestoneId, attestationId, m.beneficiary, m.amount);
        _pay(m.token, m.beneficiary, m.amount);
    }

    /// @inheritdoc IMilestoneTreasury
    function clawBack(uint256 milestoneId) external nonReentrant {
        Milestone storage m = _open(milestoneId);
        IModelRegistry.Model memory model = models.model(m.modelId);
        bool over = block.timestamp > m.deadline || model.retired || model.status == IModelRegistry.Status.Halted;
        if (!over) revert NotClawable(milestoneId);
        m.state = State.ClawedBack;
        emit MilestoneClawedBack(milestoneId, msg.sender, m.funded);
        if (m.funded != 0) _pay(m.token, treasury, m.funded);
    }

    /// @inheritdoc IMilestoneTreasury
    function milestone(uint256 milestoneId) external view returns (Milestone memory) {
        return _known(milestoneId);
    }

    function _credit(uint256 milestoneId, Milestone storage m, uint256 amount) private {
        uint256 funded = m.funded + amount;
        if (funded > m.amount) revert TooMuch(funded, m.amount);
        m.funded = funded;
        emit MilestoneFunded(milestoneId, msg.sender, amount, funded);
    }

    /// @dev What arrives is what counts.
    function _pull(IERC20 token, uint256 amount) private returns (uint256) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        return token.balanceOf(address(this)) - before;
    }

    function _pay(address token, address to, uint256 amount) private {
        if (token != address(0)) return IERC20(token).safeTransfer(to, amount);
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert PaymentFailed(to, amount);
    }

    function _open(uint256 milestoneId) private view returns (Milestone storage m) {
        m = _known(milestoneId);
        if (m.state != State.Open) revert MilestoneClosed(milestoneId, m.state);
    }

    function _known(uint256 milestoneId) private view returns (Milestone storage m) {
        m = _milestones[milestoneId];
        if (m.state == State.Unknown) revert UnknownMilestone(milestoneId);
    }
}

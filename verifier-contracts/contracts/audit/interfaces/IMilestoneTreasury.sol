// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAuditRegistry} from "./IAuditRegistry.sol";
import {IModelRegistry} from "./IModelRegistry.sol";

/// @title IMilestoneTreasury
/// @notice Money that is paid when a model passes. Whether it does is asked at the moment of release.
/// @dev One pass may release every milestone of its model and policy that was created before the pass. Tokens whose balances change on their own are
/// not supported; of a token that takes a fee, what arrives is counted.
interface IMilestoneTreasury {
    /// @notice Where a milestone stands.
    enum State {
        Unknown, // no such milestone
        Open, // waits for money, a pass, or its end
        Released, // paid
        ClawedBack // the money went back to the DAO
    }

    /// @notice A milestone.
    /// @param modelId the model that must pass
    /// @param policyVersion the policy that it must pass
    /// @param beneficiary who is paid
    /// @param state where it stands
    /// @param createdAt second of its creation: the pass must be issued later
    /// @param deadline last second in which it is paid
    /// @param token an ERC-20, or 0 for ether
    /// @param amount what is paid, in the token's smallest unit or wei
    /// @param funded what has arrived
    struct Milestone {
        uint64 modelId;
        uint32 policyVersion;
        address beneficiary;
        State state;
        uint40 createdAt;
        uint40 deadline;
        address token;
        uint256 amount;
        uint256 funded;
    }

    /// @notice A milestone was created.
    event MilestoneCreated(
        uint256 indexed milestoneId,
        uint256 indexed modelId,
        uint256 indexed policyVersion,
        address beneficiary,
        address token,
        uint256 amount,
        uint40 deadline
    );

    /// @notice Money arrived for a milestone.
    event MilestoneFunded(uint256 indexed milestoneId, address indexed from, uint256 amount, uint256 funded);

    /// @notice A milestone was paid.
    event MilestoneReleased(
        uint256 indexed milestoneId, uint256 indexed attestationId, address indexed beneficiary, uint256 amount
    );

    /// @notice A milestone's money went back to the DAO.
    event MilestoneClawedBack(uint256 indexed milestoneId, address indexed by, uint256 amount);

    /// @notice No milestone has this id.
    error UnknownMilestone(uint256 milestoneId);

    /// @notice The milestone is paid or clawed back.
    error MilestoneClosed(uint256 milestoneId, State state);

    /// @notice A milestone pays somebody something.
    error NothingToPay();

    /// @notice A milestone ends in the future.
    error DeadlineInPast(uint256 deadline, uint256 now_);

    /// @notice Money needs somewhere to go back to.
    error TreasuryZero();

    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice Ether was sent for a milestone in a token, or not the amount that was said.
    error WrongEther(uint256 sent, uint256 expected);

    /// @notice More would arrive than the milestone pays.
    error TooMuch(uint256 funded, uint256 amount);

    /// @notice Money is missing.
    error NotFunded(uint256 funded, uint256 amount);

    /// @notice The milestone ended unpaid.
    error MilestoneExpired(uint256 deadline, uint256 now_);

    /// @notice The model is flagged, halted or retired.
    error ModelNotActive(uint256 modelId, IModelRegistry.Status status);

    /// @notice The attestation is for another model or another policy.
    error WrongAttestation(uint256 attestationId, uint256 modelId, uint256 policyVersion);

    /// @notice The attestation is not a pass, or expired, or it or its data were revoked.
    error AttestationNotValid(uint256 attestationId);

    /// @notice The attestation is as old as the milestone, or older.
    error AttestationTooOld(uint256 attestationId, uint256 issuedAt, uint256 createdAt);

    /// @notice The milestone may still be paid: its model is neither halted nor retired, and its deadline is not over.
    error NotClawable(uint256 milestoneId);

    /// @notice Ether could not be sent.
    error PaymentFailed(address to, uint256 amount);

    /// @notice Creates a milestone; ether sent along funds it. For the ADMIN: the timelock.
    /// @param modelId a registered model
    /// @param policyVersion an adopted policy
    /// @param beneficiary who is paid
    /// @param token an ERC-20, or 0 for ether
    /// @param amount what is paid, in the token's smallest unit or wei
    /// @param deadline last second in which it is paid
    /// @return milestoneId ids count from 1
    function create(
        uint256 modelId,
        uint256 policyVersion,
        address beneficiary,
        address token,
        uint256 amount,
        uint40 deadline
    ) external payable returns (uint256 milestoneId);

    /// @notice Brings money; anyone may. Ether is sent along, tokens must be approved.
    /// @param amount at most what is missing
    function fund(uint256 milestoneId, uint256 amount) external payable;

    /// @notice Pays a milestone whose model is active and has passed; anyone may.
    /// @param attestationId the pass
    function release(uint256 milestoneId, uint256 attestationId) external;

    /// @notice Sends an unpaid milestone's money back to the DAO, when its model is halted or retired or its deadline is over;
    /// anyone may.
    function clawBack(uint256 milestoneId) external;

    /// @notice A milestone; reverts where there is none.
    function milestone(uint256 milestoneId) external view returns (Milestone memory);

    /// @notice Number of milestones, which is the last id.
    function milestones() external view returns (uint256);

    /// @notice Where money goes back to: the timelock.
    function treasury() external view returns (address);

    /// @notice The attestations.
    function audits() external view returns (IAuditRegistry);

    /// @notice The models.
    function models() external view returns (IModelRegistry);
}

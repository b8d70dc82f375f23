// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IElectorate} from "../interfaces/IElectorate.sol";
import {ITokenElectorate} from "../interfaces/ITokenElectorate.sol";
import {ElectorateBase} from "./ElectorateBase.sol";
import {MemberTree} from "./MemberTree.sol";

/// @dev What a ballot box for a Governor says about it.
interface IHasGovernor {
    function governor() external view returns (IGovernor);
}

/// @title TokenElectorate
/// @notice Whoever locks tokens with votes (ERC20Votes) here becomes a member, with a weight of one for each unit locked. The
/// locked tokens' votes are delegated to the ballot box.
/// @dev Who could be counted twice, and why not:
/// - A holder who locks and also votes in a Governor over the token itself: tokens here are nobody else's, their votes are
///   the box's from the second in which they arrive, as the token's own history says. Tokens that are not locked
///   vote in the open as before.
/// - Tokens unlocked and locked again under another commitment: an election knows the members and the votes of one second, in
///   which a token is either here for one commitment or not here.
/// - The weight is never more than the tokens: members leave the tree at `unlock`, tokens leave at `withdraw`, later. So the
///   box's votes in the token cover totalWeight * unit at every second after the box is named.
/// Tokens stay until the close of every election that counts them: `unlock` takes the member out of every later snapshot, and
/// `cooling` is at least the voting period of the box's Governor, so that an election with an earlier snapshot is over.
/// Governance must not make the voting period longer than `cooling`; if it does, votes remain right, but tokens may move
/// before the close.
contract TokenElectorate is ITokenElectorate, MemberTree, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev Tokens locked for a member.
    struct Lock {
        address owner;
        uint256 amount;
    }

    /// @notice Longest cooling period: a slip of the pen must not lock tokens for ever.
    uint256 public constant MAX_COOLING = 366 days;

    /// @inheritdoc ITokenElectorate
    IERC20 public immutable token;

    /// @inheritdoc ITokenElectorate
    uint256 public immutable cooling;

    mapping(uint256 commitment => Lock) private _locks;
    mapping(uint256 id => Release) private _releases;
    uint256 private _lastRelease;

    /// @param authority_ the AccessManager that says who may name the box
    /// @param unit_ tokens, and the Governor's votes, per unit of weight, 1..2^88
    /// @param token_ an ERC20Votes token without fees on transfer
    /// @param cooling_ seconds from `unlock` to `withdraw`, at most 366 days
    constructor(address authority_, uint256 unit_, IERC20 token_, uint256 cooling_)
        ElectorateBase(authority_, true, unit_)
    {
        if (address(token_).code.length == 0) revert TokenWithoutCode(address(token_));
        if (cooling_ > MAX_COOLING) revert CoolingTooLong(cooling_);
        token = token_;
        cooling = cooling_;
    }

    /// @inheritdoc ITokenElectorate
    function lock(uint256 amount, uint256 commitment) external nonReentrant returns (uint256 index) {
        uint256 weight = amount / unit;
        if (weight == 0 || weight > type(uint32).max || weight * unit != amount) revert AmountNotInUnits(amount, unit);
        // The checks above and the cast agree.
        // forge-lint: disable-next-line(unsafe-typecast)
        index = _admit(commitment, uint32(weight));
        _locks[commitment] = Lock(msg.sender, amount);
        emit Locked(msg.sender, commitment, amount);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert AmountNotReceived(amount, received);
    }

    /// @inheritdoc ITokenElectorate
    function unlock(uint256 commitment, uint256[] calldata siblings) external nonReentrant returns (uint256 id) {
        Lock memory locked = _locks[commitment];
        if (locked.owner != msg.sender) revert NotTheOwner(locked.owner, msg.sender);
        delete _locks[commitment];
        _remove(commitment, siblings);
        uint48 at = SafeCast.toUint48(block.timestamp + cooling);
        id = ++_lastRelease;
        _releases[id] = Release(msg.sender, at, locked.amount);
        emit Unlocked(msg.sender, commitment, id, locked.amount, at);
    }

    /// @inheritdoc ITokenElectorate
    function withdraw(uint256 id) external nonReentrant {
        Release memory release = _releases[id];
        if (release.amount == 0) revert NothingToWithdraw(id);
        if (release.owner != msg.sender) revert NotTheOwner(release.owner, msg.sender);
        if (block.timestamp < release.at) revert StillLocked(release.at, block.timestamp);
        delete _releases[id];
        emit Withdrawn(msg.sender, id, release.amount);
        token.safeTransfer(msg.sender, release.amount);
    }

    /// @inheritdoc ITokenElectorate
    function ownerOf(uint256 commitment) external view returns (address) {
        return _locks[commitment].owner;
    }

    /// @inheritdoc ITokenElectorate
    function releases(uint256 id) external view returns (Release memory) {
        return _releases[id];
    }

    /// @inheritdoc IElectorate
    function kind() external pure returns (string memory) {
        return "token";
    }

    /// @dev The box gets the votes of all tokens that are or will be here; its Governor's vote must fit the cooling period.
    function _boxNamed(address box_) internal override {
        // A box for polls has no Governor: whoever sets a poll's times must keep to the cooling period.
        try IHasGovernor(box_).governor() returns (IGovernor governor) {
            uint256 needed = governor.votingPeriod();
            if (cooling < needed) revert CoolingTooShort(cooling, needed);
        } catch {}
        IVotes(address(token)).delegate(box_);
    }
}

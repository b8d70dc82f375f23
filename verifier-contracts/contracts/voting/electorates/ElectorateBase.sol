// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IElectorate} from "../interfaces/IElectorate.sol";

/// @title ElectorateBase
/// @notice What all electorates share: the history of sizes and total weights, and, towards a Governor, the token whose votes
/// all belong to one account: the ballot box.
/// @dev A proposal votes on the root frozen at its snapshot, so nobody gains a second vote by anything that happens later.
/// Invariant: times in the history grow, and what is past never changes.
abstract contract ElectorateBase is IElectorate, AccessManaged {
    /// @dev State at the end of a second; the present one fills the first of the contract's own slots.
    struct State {
        uint48 time;
        uint32 size;
        uint40 totalWeight;
        // How many earlier states there are.
        uint32 number;
    }

    /// @notice Most leaves that a tree of the ballot circuit's 20 levels holds.
    uint256 public constant MAX_SIZE = 2 ** 20;

    /// @notice The total weight stays below this, so that a tally is found by baby steps and giant steps.
    uint256 public constant TOTAL_WEIGHT_BOUND = 2 ** 40;

    /// @notice Largest unit: with it all votes still fit the 128 bits of fractional counting.
    uint256 public constant MAX_UNIT = 2 ** 88;

    /// @notice r, the order of the scalar field: every word of a proof is below it.
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev Bits of an earlier state: time 48, size 32, total weight 40, so that two share a slot.
    uint256 private constant HALF = 128;

    /// @inheritdoc IElectorate
    bool public immutable weighted;

    /// @inheritdoc IElectorate
    uint256 public immutable unit;

    State private _state;

    mapping(uint256 pair => uint256) private _history;

    /// @inheritdoc IElectorate
    address public box;

    /// @param authority_ the AccessManager that says who may call what is restricted
    /// @param weighted_ whether leaves carry weights
    /// @param unit_ the Governor's votes per unit of weight, 1..2^88
    constructor(address authority_, bool weighted_, uint256 unit_) AccessManaged(authority_) {
        if (unit_ == 0 || unit_ > MAX_UNIT) revert UnitOutOfRange(unit_);
        weighted = weighted_;
        unit = unit_;
    }

    /// @inheritdoc IElectorate
    function setBox(address box_) external restricted {
        if (box != address(0)) revert BoxAlreadySet(box);
        if (box_.code.length == 0) revert BoxWithoutCode(box_);
        box = box_;
        emit BoxSet(box_);
        _boxNamed(box_);
    }

    /// @inheritdoc IElectorate
    function root() external view returns (uint256) {
        State memory s = _state;
        return _rootNow(s.size, s.number);
    }

    /// @inheritdoc IElectorate
    function size() external view returns (uint256) {
        return _state.size;
    }

    /// @inheritdoc IElectorate
    function depth() external view returns (uint256 levels) {
        uint256 leaves = _state.size;
        while (1 << levels < leaves) ++levels;
    }

    /// @inheritdoc IElectorate
    function totalWeight() public view returns (uint256) {
        return _state.totalWeight;
    }

    /// @inheritdoc IElectorate
    function checkpointAt(uint256 timepoint) public view returns (uint256, uint256, uint256) {
        State memory s = _stateAt(timepoint);
        if (!_usable(s.time, timepoint)) return (0, 0, 0);
        return (_rootThen(s.size, s.number, timepoint), s.size, s.totalWeight);
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return SafeCast.toUint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc IVotes
    /// @dev All votes are the box's.
    function getVotes(address account) external view returns (uint256) {
        return _holdsVotes(account) ? totalWeight() * unit : 0;
    }

    /// @inheritdoc IVotes
    /// @dev All votes are the box's.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        uint256 votes = getPastTotalSupply(timepoint);
        return _holdsVotes(account) ? votes : 0;
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) public view returns (uint256) {
        State memory s = _stateAt(timepoint);
        return _usable(s.time, timepoint) ? s.totalWeight * unit : 0;
    }

    /// @inheritdoc IVotes
    /// @dev The box stands for itself; nobody else has votes.
    function delegates(address account) external view returns (address) {
        return _holdsVotes(account) ? account : address(0);
    }

    /// @inheritdoc IVotes
    /// @dev Always reverts.
    function delegate(address) external pure {
        revert DelegationNotSupported();
    }

    /// @inheritdoc IVotes
    /// @dev Always reverts.
    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert DelegationNotSupported();
    }

    /// @dev For a kind that has more to do when the box is named.
    function _boxNamed(address box_) internal virtual {}

    /// @dev The present root.
    /// @param number how many earlier states there are
    function _rootNow(uint256 size_, uint256 number) internal view virtual returns (uint256);

    /// @dev The root at the end of a past second, whose size and number of earlier states are given.
    function _rootThen(uint256 size_, uint256 number, uint256 timepoint) internal view virtual returns (uint256);

    /// @dev Whether a state written at `time` may be voted on at `timepoint`.
    function _usable(uint256 time, uint256 timepoint) internal view virtual returns (bool) {
        return time <= timepoint;
    }

    /// @dev The present state, to be changed and written.
    function _present() internal view returns (State memory) {
        return _state;
    }

    /// @dev Makes size and total weight the present state. One state per second is kept: a later change in the same second
    /// overwrites it, since only past seconds are read.
    /// @param s the present state, as `_present` gave it
    /// @return number how many earlier states there are now
    function _write(State memory s, uint256 size_, uint256 total) internal returns (uint256 number) {
        if (size_ > MAX_SIZE) revert ElectorateFull();
        if (total >= TOTAL_WEIGHT_BOUND) revert TotalWeightTooLarge(total);
        uint48 now_ = clock();
        number = s.number;
        if (s.time != now_ && s.time != 0) {
            uint256 half = s.time | uint256(s.size) << 48 | uint256(s.totalWeight) << 80;
            uint256 pair = number >> 1;
            // The lower half comes first and finds an empty slot.
            if (number & 1 == 0) _history[pair] = half;
            else _history[pair] |= half << HALF;
            ++number;
        }
        // Both are below their bounds, and there are fewer seconds than 2^32 in which something changes.
        _state = State(now_, uint32(size_), uint40(total), uint32(number));
    }

    /// @dev The last state that began at or before a past second; all zeros where there was none.
    function _stateAt(uint256 timepoint) private view returns (State memory s) {
        uint48 now_ = clock();
        if (timepoint >= now_) revert ERC5805FutureLookup(timepoint, now_);
        s = _state;
        if (s.time <= timepoint) return s;
        uint256 low = 0;
        uint256 high = s.number;
        // Everything before `low` is at or before the timepoint, everything from `high` on is after it.
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_earlier(middle).time <= timepoint) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? State(0, 0, 0, 0) : _earlier(low - 1);
    }

    /// @dev An earlier state, by how many came before it.
    function _earlier(uint256 number) private view returns (State memory) {
        uint256 half = _history[number >> 1] >> (number & 1 == 0 ? 0 : HALF);
        return State(uint48(half), uint32(half >> 48), uint40(half >> 80), uint32(number));
    }

    /// @dev Whether an account is the box; address 0 is not, even before the box is named.
    function _holdsVotes(address account) private view returns (bool) {
        return account != address(0) && account == box;
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {InternalLeanIMT, LeanIMTData} from "@zk-kit/lean-imt.sol/InternalLeanIMT.sol";
import {SNARK_SCALAR_FIELD} from "@zk-kit/lean-imt.sol/Constants.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";

/// @title Electorate
/// @notice The members who may vote, admitted one by one by a registrar, as a LeanIMT on chain; and, towards a Governor, the
/// token whose votes all belong to one account: the ballot box.
/// @dev A proposal votes on the root frozen at its snapshot, so nobody gains a second vote by being admitted later.
/// Invariant: leaves are never changed, commitments are unique, and the last checkpoint is the present state.
contract Electorate is IElectorate, AccessManaged {
    using InternalLeanIMT for LeanIMTData;

    /// @dev State at the end of one second: two slots.
    struct Checkpoint {
        uint256 root;
        uint48 time;
        uint32 size;
        uint64 totalWeight;
    }

    /// @notice Third input of a weighted leaf's hash, which no inner node and no plain leaf has.
    uint256 public constant LEAF_DOMAIN = uint256(keccak256("tabella.electorate.weighted-leaf.v1")) >> 8;

    /// @notice Most leaves that a tree of the ballot circuit's 20 levels holds.
    uint256 public constant MAX_SIZE = 2 ** 20;

    /// @notice The total weight stays below this, so that a tally is found by baby steps and giant steps.
    uint256 public constant TOTAL_WEIGHT_BOUND = 2 ** 40;

    /// @notice Largest unit: with it all votes still fit the 128 bits of fractional counting.
    uint256 public constant MAX_UNIT = 2 ** 88;

    /// @inheritdoc IElectorate
    bool public immutable weighted;

    /// @inheritdoc IElectorate
    uint256 public immutable unit;

    /// @inheritdoc IElectorate
    address public box;

    LeanIMTData private _tree;
    Checkpoint[] private _checkpoints;

    /// @dev Index + 1 of a commitment; used where the leaf is not the commitment itself.
    mapping(uint256 commitment => uint256) private _places;

    /// @param authority_ the AccessManager that says who may admit members and name the box
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
    }

    /// @inheritdoc IElectorate
    function add(uint256 commitment) external restricted returns (uint256) {
        if (weighted) revert WrongKind(true);
        _checkCommitment(commitment);
        return _admit(commitment, 1, commitment);
    }

    /// @inheritdoc IElectorate
    function addWeighted(uint256 commitment, uint32 weight) external restricted returns (uint256 index) {
        if (!weighted) revert WrongKind(false);
        if (weight == 0) revert WeightZero();
        _checkCommitment(commitment);
        index = _admit(commitment, weight, PoseidonT4.hash([commitment, uint256(weight), LEAF_DOMAIN]));
        _places[commitment] = index + 1;
    }

    /// @inheritdoc IElectorate
    function root() external view returns (uint256) {
        return _tree._root();
    }

    /// @inheritdoc IElectorate
    function size() external view returns (uint256) {
        return _tree.size;
    }

    /// @inheritdoc IElectorate
    function depth() external view returns (uint256) {
        return _tree.depth;
    }

    /// @inheritdoc IElectorate
    function totalWeight() public view returns (uint256) {
        uint256 n = _checkpoints.length;
        return n == 0 ? 0 : _checkpoints[n - 1].totalWeight;
    }

    /// @inheritdoc IElectorate
    function isMember(uint256 commitment) public view returns (bool) {
        return _place(commitment) != 0;
    }

    /// @inheritdoc IElectorate
    function indexOf(uint256 commitment) external view returns (uint256) {
        uint256 place = _place(commitment);
        if (place == 0) revert NotMember(commitment);
        return place - 1;
    }

    /// @inheritdoc IElectorate
    function checkpointAt(uint256 timepoint) public view returns (uint256, uint256, uint256) {
        uint48 now_ = clock();
        if (timepoint >= now_) revert ERC5805FutureLookup(timepoint, now_);
        uint256 low = 0;
        uint256 high = _checkpoints.length;
        // Everything before `low` is at or before the timepoint, everything from `high` on is after it.
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_checkpoints[middle].time <= timepoint) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return (0, 0, 0);
        Checkpoint storage found = _checkpoints[low - 1];
        return (found.root, found.size, found.totalWeight);
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
        (,, uint256 weight) = checkpointAt(timepoint);
        return weight * unit;
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

    /// @dev Refuses what is no commitment (one such leaf would make proofs for the whole tree impossible) or has a leaf.
    function _checkCommitment(uint256 commitment) private view {
        if (commitment == 0 || commitment >= SNARK_SCALAR_FIELD) revert CommitmentOutOfRange(commitment);
        if (isMember(commitment)) revert AlreadyMember(commitment);
    }

    /// @dev Writes leaf and checkpoint.
    function _admit(uint256 commitment, uint256 weight, uint256 leaf) private returns (uint256 index) {
        index = _tree.size;
        if (index >= MAX_SIZE) revert ElectorateFull();
        uint256 total = totalWeight() + weight;
        if (total >= TOTAL_WEIGHT_BOUND) revert TotalWeightTooLarge(total);
        uint256 newRoot = _tree._insert(leaf);
        _writeCheckpoint(newRoot, index + 1, total);
        emit MemberAdmitted(index, commitment, weight, leaf, newRoot);
    }

    /// @dev One checkpoint per second: a later change in the same second overwrites it, since only past seconds are read.
    function _writeCheckpoint(uint256 root_, uint256 size_, uint256 total) private {
        uint48 now_ = clock();
        Checkpoint memory next = Checkpoint(root_, now_, SafeCast.toUint32(size_), SafeCast.toUint64(total));
        uint256 n = _checkpoints.length;
        if (n != 0 && _checkpoints[n - 1].time == now_) _checkpoints[n - 1] = next;
        else _checkpoints.push(next);
    }

    /// @dev Index + 1 of a commitment's leaf, 0 where there is none.
    function _place(uint256 commitment) private view returns (uint256) {
        return weighted ? _places[commitment] : _tree.leaves[commitment];
    }

    /// @dev Whether an account is the box; address 0 is not, even before the box is named.
    function _holdsVotes(address account) private view returns (bool) {
        return account != address(0) && account == box;
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {PoseidonThree} from "../../poseidon/PoseidonThree.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {ElectorateBase} from "./ElectorateBase.sol";
import {LeanTree} from "./LeanTree.sol";

/// @title MemberTree
/// @notice An electorate whose members are leaves of a tree on chain; who may add and remove them is the kind's business.
/// @dev Invariants: a commitment has at most one leaf that is not 0; the total weight is the sum over those leaves.
abstract contract MemberTree is IMembers, ElectorateBase {
    using LeanTree for LeanTree.Tree;

    /// @dev A member's leaf; place counts from 1, so that 0 means none.
    struct Member {
        uint32 place;
        uint32 weight;
    }

    /// @notice Third input of a weighted leaf's hash, which no inner node and no plain leaf has.
    uint256 public constant LEAF_DOMAIN = uint256(keccak256("tabella.electorate.weighted-leaf.v1")) >> 8;

    LeanTree.Tree private _tree;

    mapping(uint256 commitment => Member) private _members;

    /// @inheritdoc IMembers
    function isMember(uint256 commitment) public view returns (bool) {
        return _members[commitment].place != 0;
    }

    /// @inheritdoc IMembers
    function indexOf(uint256 commitment) external view returns (uint256) {
        return _member(commitment).place - 1;
    }

    /// @inheritdoc IMembers
    function weightOf(uint256 commitment) external view returns (uint256) {
        return _member(commitment).weight;
    }

    /// @dev Appends a leaf.
    /// @param weight at least 1, and 1 in a plain electorate
    function _admit(uint256 commitment, uint32 weight) internal returns (uint256 index) {
        State memory s = _present();
        index = s.size;
        uint256 leaf = _enter(commitment, weight, index);
        _write(s, index + 1, s.totalWeight + uint256(weight));
        _tree.append(index, leaf);
    }

    /// @dev Appends many leaves under one state.
    /// @param weights one for each commitment, or none for weights of 1
    function _admitMany(uint256[] calldata commitments, uint32[] memory weights) internal returns (uint256 first) {
        uint256 n = commitments.length;
        if (n == 0) revert NobodyToAdmit();
        bool ones = weights.length == 0;
        State memory s = _present();
        first = s.size;
        uint256 total = s.totalWeight;
        uint256[] memory leaves = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            uint32 weight = ones ? 1 : weights[i];
            leaves[i] = _enter(commitments[i], weight, first + i);
            total += weight;
        }
        _write(s, first + n, total);
        _tree.appendMany(first, leaves);
    }

    /// @dev Puts 0 in the place of a member's leaf. The place stays taken: the size never goes down.
    /// @return weight what the member weighed
    function _remove(uint256 commitment, uint256[] calldata siblings) internal returns (uint32 weight) {
        Member memory member = _member(commitment);
        weight = member.weight;
        uint256 index = member.place - 1;
        delete _members[commitment];
        State memory s = _present();
        _write(s, s.size, s.totalWeight - weight);
        _tree.replace(s.size, index, _leaf(commitment, weight), 0, siblings, block.timestamp);
        emit MemberRemoved(index, commitment, weight);
    }

    /// @dev Takes a commitment into the list and says so.
    /// @return leaf what goes into the tree
    function _enter(uint256 commitment, uint32 weight, uint256 index) private returns (uint256 leaf) {
        // One leaf that is no field element would make proofs for the whole tree impossible.
        if (commitment == 0 || commitment >= R) revert CommitmentOutOfRange(commitment);
        if (weight == 0) revert WeightZero();
        if (_members[commitment].place != 0) revert AlreadyMember(commitment);
        // A size of at most 2^20 is checked when the state is written.
        _members[commitment] = Member(uint32(index + 1), weight);
        leaf = _leaf(commitment, weight);
        emit MemberAdmitted(index, commitment, weight, leaf);
    }

    /// @dev A member's leaf.
    function _leaf(uint256 commitment, uint32 weight) private view returns (uint256) {
        return weighted ? PoseidonThree.hash(commitment, weight, LEAF_DOMAIN) : commitment;
    }

    /// @dev A member, or a revert.
    function _member(uint256 commitment) private view returns (Member memory member) {
        member = _members[commitment];
        if (member.place == 0) revert NotMember(commitment);
    }

    /// @inheritdoc ElectorateBase
    function _rootNow(uint256 size_, uint256) internal view override returns (uint256) {
        return _tree.root(size_);
    }

    /// @inheritdoc ElectorateBase
    function _rootThen(uint256 size_, uint256, uint256 timepoint) internal view override returns (uint256) {
        return _tree.rootAt(size_, timepoint);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";
import {Statements} from "./Statements.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectionBox} from "./interfaces/IElectionBox.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IBallotVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title ElectionStore
/// @notice What a box remembers of its elections, and how it is read.
/// @dev Arrays have room for the most options that any circuit has; a box reads and writes the first `OPTIONS` of them.
abstract contract ElectionStore is IElectionBox {
    /// @dev Most options of any circuit.
    uint256 internal constant MOST_OPTIONS = 8;

    /// @dev Constants are written by `open` and never again; `ballots`, `tallied` and `resultCast` only ever grow.
    /// The second group is one slot, all that a ballot reads and writes here besides the folded point.
    struct Election {
        uint256[2] foldedConstants;
        //
        uint48 opened;
        uint48 closes;
        uint48 tallyBy;
        uint32 minTurnout;
        uint32 ballots;
        bool tallied;
        bool resultCast;
        //
        uint64 rule;
        uint64 term;
        uint64 totalWeight;
        uint32 size;
        //
        uint256 root;
        uint256 scope;
        uint64[MOST_OPTIONS] totals;
    }

    /// @notice Most leaves that the ballot circuit's 20 levels hold.
    uint256 public constant MAX_SIZE = 2 ** 20;

    /// @notice Totals are below this.
    uint256 public constant TOTAL_BOUND = 2 ** 40;

    /// @notice Most ballots in a batch: with these a transaction stays below the 2^24 gas that a chain allows it.
    uint256 public constant MAX_BATCH = 170;

    /// @notice Options of the circuits this box verifies, 3 or 8. For a Governor: Against, For, Abstain.
    uint256 public immutable OPTIONS;

    /// @notice The members.
    IElectorate public immutable electorate;

    /// @notice The trustees.
    ICommittee public immutable committee;

    /// @notice Verifies ballots.
    IBallotVerifier public immutable ballotVerifier;

    /// @notice Verifies tallies.
    ITallyVerifier public immutable tallyVerifier;

    mapping(uint256 proposalId => Election) internal _elections;
    mapping(uint256 proposalId => uint256[2 + 2 * MOST_OPTIONS]) internal _sums;

    /// @dev 1 where a nullifier is spent: a whole word, which is written without being read again.
    mapping(uint256 proposalId => mapping(uint256 nullifier => uint256)) internal _spent;
    mapping(uint256 proposalId => mapping(uint256 trustee => bytes32)) internal _shares;

    /// @dev The only place where they are set.
    constructor(
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_,
        uint256 options_
    ) {
        OPTIONS = options_;
        electorate = electorate_;
        committee = committee_;
        ballotVerifier = ballotVerifier_;
        tallyVerifier = tallyVerifier_;
    }

    /// @inheritdoc IElectionBox
    function status(uint256 proposalId) external view returns (Status) {
        Election storage e = _elections[proposalId];
        if (e.opened == 0) return Status.Unopened;
        if (e.resultCast) return Status.ResultCast;
        if (e.tallied) return Status.Tallied;
        if (block.timestamp < e.closes) return Status.Open;
        if (e.ballots < e.minTurnout) return Status.BelowTurnout;
        return block.timestamp <= e.tallyBy ? Status.Closed : Status.Expired;
    }

    /// @inheritdoc IElectionBox
    function election(uint256 proposalId) external view returns (ElectionView memory shown) {
        Election storage e = _opened(proposalId);
        shown.root = e.root;
        shown.size = e.size;
        shown.totalWeight = e.totalWeight;
        shown.scope = e.scope;
        shown.rule = e.rule;
        shown.term = e.term;
        shown.keys = _flat(committee.electionKeys(e.term));
        shown.foldedConstants = e.foldedConstants;
        shown.opened = e.opened;
        shown.closes = e.closes;
        shown.tallyBy = e.tallyBy;
        shown.minTurnout = e.minTurnout;
        shown.ballots = e.ballots;
        shown.tallied = e.tallied;
        shown.resultCast = e.resultCast;
    }

    /// @inheritdoc IElectionBox
    function accumulators(uint256 proposalId) external view returns (uint256[] memory words) {
        _opened(proposalId);
        words = new uint256[](_ciphertextWords());
        _readSums(proposalId, words, 0);
    }

    /// @inheritdoc IElectionBox
    function totals(uint256 proposalId) external view returns (uint256[] memory list) {
        Election storage e = _elections[proposalId];
        if (!e.tallied) revert NotTallied(proposalId);
        list = new uint256[](OPTIONS);
        for (uint256 k = 0; k < OPTIONS; ++k) {
            list[k] = e.totals[k];
        }
    }

    /// @inheritdoc IElectionBox
    function isSpent(uint256 proposalId, uint256 nullifier) external view returns (bool) {
        return _spent[proposalId][nullifier] != 0;
    }

    /// @inheritdoc IElectionBox
    function shareDigest(uint256 proposalId, uint256 trustee) external view returns (bytes32) {
        return _shares[proposalId][trustee];
    }

    /// @inheritdoc IElectionBox
    function electionId(uint256 proposalId) external view returns (bytes32) {
        return Statements.electionId(address(this), proposalId);
    }

    /// @inheritdoc IElectionBox
    function tallyContext(uint256 proposalId) external view returns (uint256) {
        return _context(_opened(proposalId), proposalId);
    }

    /// @dev Coordinates of C1 and of C2 per option. A ballot's words are one more, its nullifier, and a share's are as many:
    /// one decryption per option, and the two numbers of the proof.
    function _ciphertextWords() internal view returns (uint256) {
        return 2 + 2 * OPTIONS;
    }

    /// @dev Copies the reduced sums to `into`, from place `at` on.
    function _readSums(uint256 proposalId, uint256[] memory into, uint256 at) internal view {
        uint256[2 + 2 * MOST_OPTIONS] storage sums = _sums[proposalId];
        uint256 n = _ciphertextWords();
        for (uint256 i = 0; i < n; ++i) {
            into[at + i] = sums[i] % BabyJubjub.R;
        }
    }

    /// @dev Points as a list of coordinates.
    function _flat(uint256[2][] memory points) internal pure returns (uint256[] memory list) {
        list = new uint256[](2 * points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            (list[2 * i], list[2 * i + 1]) = (points[i][0], points[i][1]);
        }
    }

    /// @dev Binds shares and tally to this election.
    function _context(Election storage e, uint256 proposalId) internal view returns (uint256) {
        return Statements.tallyContext(address(committee), e.term, address(this), proposalId);
    }

    /// @dev The election, which must have been opened.
    function _opened(uint256 proposalId) internal view returns (Election storage e) {
        e = _elections[proposalId];
        if (e.opened == 0) revert ElectionNotOpened(proposalId);
    }
}

"""What tests stand on: a fake for every port."""

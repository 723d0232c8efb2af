module seatrial.local/pause

go 1.26.0
